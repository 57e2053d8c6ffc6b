import { randomUUID } from "node:crypto";
import type { Database } from "../../src/db/database.ts";
import { seedTenant } from "./tenant.ts";

/** Inserts at least one row into every table, with values that are hard to copy: quotes, line ends, bytes, large numbers. */
export async function seedEveryTable(database: Database): Promise<void> {
  const { agency, client, site, surface, module, subscription } = await seedTenant(database, "every");
  const [version, request, installation] = [randomUUID(), randomUUID(), randomUUID()];
  const hash = Buffer.alloc(32, 0xf7);
  const bytes = Buffer.from([0, 1, 10, 13, 34, 39, 92, 255]);
  const strange = { text: `it's "quoted" \\ and\nbroken, 🧩`, large: 12345678901234567890n.toString(), none: null };
  await database.ensureUsagePartitions(new Date("2026-01-15T00:00:00Z"), 1);
  await database.withPlatform("test seeds", async (tx) => {
    await tx`update agencies set settings = ${tx.json(strange)} where id = ${agency}`;
    await tx`insert into profiles (agency_id, role, email, name) values (${agency}, 'agency_owner', ${`${agency}@example.com`}, ${strange.text})`;
    await tx`insert into api_keys (agency_id, role, prefix, hash) values (${agency}, 'agency_owner', ${`dk_test_${agency.slice(0, 6)}`}, ${hash})`;
    await tx`insert into assertion_keys (id, agency_id, label, algorithm, public_key, role) values (${request}, ${agency}, 'portal', 'EdDSA', ${tx.json(strange)}, 'agency_member')`;
    await tx`insert into used_assertions (key_id, jti, installation_id, agency_id, surface_key) values (${request}, 'j', ${installation}, ${agency}, 'site_1')`;
    await tx`insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values (${request}, 'ada', ${agency}, now())`;
    await tx`insert into setup_tokens (hash) values (${hash})`;
    await tx`insert into audit_log (agency_id, actor_kind, action, subject_kind, after, ip) values (${agency}, 'system', 'seed', 'agency', ${tx.json(strange)}, '192.0.2.7')`;
    await tx`insert into module_versions (id, module_id, version, manifest, package_hash, entry_hash, status) values (${version}, ${module}, '1.0.0', ${tx.json(strange)}, 'p', 'e', 'published')`;
    await tx`insert into file_contents (content_hash, bytes, size) values (${version}, ${bytes}, ${bytes.length})`;
    await tx`insert into module_version_files (version_id, path, content_hash, content_type, size) values (${version}, 'a.js', ${version}, 'text/javascript', ${bytes.length})`;
    await tx`insert into agency_module_installations (agency_id, module_id, subscription_id) values (${agency}, ${module}, ${subscription})`;
    await tx`insert into client_module_installations (agency_id, client_id, module_id, price_paid) values (${agency}, ${client}, ${module}, 9007199254740993)`;
    await tx`insert into site_module_installations (id, agency_id, site_id, module_id, granted_permissions) values (${installation}, ${agency}, ${site}, ${module}, ${["read:site", "send:email"]})`;
    await tx`insert into module_install_changes (module_id, difference) values (${module}, 2)`;
    await tx`insert into platform_module_exclusions (agency_id, surface_id, module_id) values (${agency}, ${surface}, ${module})`;
    await tx`insert into verified_recipients (installation_id, agency_id, address, verified_at) values (${installation}, ${agency}, 'to@example.com', now())`;
    await tx`insert into installation_hosts (installation_id, agency_id, host) values (${installation}, ${agency}, 'api.example.com')`;
    await tx`insert into installation_secrets (installation_id, agency_id, name, host, key_id, wrapped_key, sealed) values (${installation}, ${agency}, 'api', 'api.example.com', 'k', ${bytes}, ${bytes})`;
    await tx`insert into module_media (installation_id, content_hash, agency_id, module_id, collection, author, name, content_type, bytes, size)
      values (${installation}, ${"f7".repeat(32)}, ${agency}, ${module}, 'notes', 'member', ${strange.text}, 'text/plain', ${bytes}, ${bytes.length})`;
    await tx`insert into module_requests (id, agency_id, title, description) values (${request}, ${agency}, 'wish', ${strange.text})`;
    await tx`insert into module_request_votes (request_id, agency_id) values (${request}, ${agency})`;
    await tx`insert into module_reviews (module_id, agency_id, rating) values (${module}, ${agency}, 4)`;
    await tx`insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, data, size) values (${installation}, ${agency}, 'notes', 'one', 'v1', ${tx.json(strange)}, 40)`;
    await tx`insert into module_collection_indexes (installation_id, agency_id, collection, definition) values (${installation}, ${agency}, 'notes', 'd')`;
    await tx`insert into module_document_fields (installation_id, agency_id, collection, document_id, field, kind, text_value) values (${installation}, ${agency}, 'notes', 'one', 'text', 1, ${strange.text})`;
    await tx`insert into module_document_keys (installation_id, agency_id, collection, fields, value_sha256, document_id) values (${installation}, ${agency}, 'notes', '["text"]', ${hash}, 'one')`;
    await tx`insert into module_usage_batches (first_at, last_at) values ('2026-01-15T10:00:00Z', '2026-01-15T10:00:00Z')`;
    await tx`insert into jobs (name) values ('test')`;
    await tx`insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, event_type) values (${request}, '2026-01-15T10:00:00Z', ${module}, ${installation}, ${agency}, 'load')`;
    await tx`insert into module_usage_hourly (hour, installation_id, agency_id, module_id, event_type, events) values ('2026-01-15T10:00:00Z', ${installation}, ${agency}, ${module}, 'load', 1)`;
    await tx`insert into module_usage_daily (day, installation_id, agency_id, module_id, event_type, events, load_time_buckets) values ('2026-01-15', ${installation}, ${agency}, ${module}, 'load', 1, '{0,1}')`;
    await tx`insert into module_version_health (slice, module_id, version, network, loads) values ('2026-01-15T10:00:00Z', ${module}, '1.0.0', 'n', 1)`;
    await tx`insert into print_pages (id, installation_id, agency_id, module_id, title, locale, html, expires_at)
      values (${"p".repeat(43)}, ${installation}, ${agency}, ${module}, ${strange.text}, 'en', ${strange.text}, now() + interval '1 minute')`;
    await tx`insert into email_outbox (agency_id, installation_id, template, recipient, subject) values (${agency}, ${installation}, 'contact', 'to@example.com', 'hello')`;
    await tx`insert into price_changes (agency_id, module_id, subscription_id, level, site_id, installation_id, cause, currency, billing_cycle, to_version, to_wholesale, to_paid, effective_at)
      values (${agency}, ${module}, ${subscription}, 'site', ${site}, ${installation}, 'move', 'USD', 'monthly', 2, 1, 9007199254740993, now() + interval '31 days')`;
    await tx`insert into bulk_installs (id, agency_id, module_id, settings, permissions, actor_id, actor_role, ip, request_id)
      values (${request}, ${agency}, ${module}, ${tx.json(strange)}, ${["read:site"]}, ${agency}, 'agency_admin', '192.0.2.7', 'r')`;
    await tx`insert into bulk_install_sites (bulk_id, agency_id, site_id, status, code, detail) values (${request}, ${agency}, ${site}, 'refused', 'conflict', ${strange.text})`;
    const intent = `ci_${"i".repeat(22)}`;
    await tx`insert into checkout_intents (id, agency_id, subscription_id, provider, store, mode, variant_id, billing_cycle, currency, amount, price_version, email, expires_at)
      values (${intent}, ${agency}, ${subscription}, 'lemonsqueezy', '1', 'test', '101', 'monthly', 'USD', 9007199254740993, 1, 'to@example.com', now())`;
    await tx`insert into billing_resources (provider, mode, kind, id, store, intent_id, agency_id, subscription_id, state, provider_updated_at)
      values ('lemonsqueezy', 'test', 'order', ${request}, '1', ${intent}, ${agency}, ${subscription}, ${tx.json(strange)}, now())`;
    await tx`insert into entitlement_changes (subscription_id, version, agency_id, status, reason, is_allowed, cause_kind, at)
      values (${subscription}, 1, ${agency}, 'active', 'paid', true, 'operation', now())`;
    await tx`insert into billing_duties (provider, mode, duty, resource_id, reason) values ('lemonsqueezy', 'test', 'refund_order', ${request}, ${strange.text})`;
    await tx`insert into webhook_inbox (store, mode, event_name, dedupe_sha256, raw_body) values ('1', 'test', 'order_created', ${hash}, ${bytes})`;
    await tx`insert into ledger_entries (id, provider, mode, money_kind, money_id, source_kind, source_id, sequence, kind, agency_id, module_id, currency, line_count, occurred_at, posted_at)
      values (${request}, 'lemonsqueezy', 'live', 'order', ${strange.text}, 'order', ${strange.text}, 1, 'payment', ${agency}, ${module}, 'USD', 2, now(), '2026-01-15T10:00:00.123Z')`;
    await tx`insert into ledger_lines (entry_id, number, account, amount, agency_id, currency, posted_at)
      select ${request}, number, account, amount, ${agency}, 'USD', '2026-01-15T10:00:00.123Z'
      from (values (1, 'provider_receivable', 9007199254740993), (2, 'wholesale_sales', -9007199254740993)) as line (number, account, amount)`;
    await tx`insert into client_periods (agency_id, client_id, installation_id, module_id, amount, currency, billing_cycle, anchor_at, number, period_start)
      values (${agency}, ${client}, ${installation}, ${module}, 9007199254740993, 'USD', 'one_time', now(), 0, now())`;
  });
}
