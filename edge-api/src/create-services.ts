import type { Limits } from "@dramac/contracts";
import type { Addresses } from "./addresses.ts";
import type { BillingSettings } from "./billing/billing-settings.ts";
import type { BillingProvider } from "./billing/provider.ts";
import { startBilling } from "./billing/start-billing.ts";
import { createBroker } from "./broker/broker.ts";
import type { Database } from "./db/database.ts";
import type { Assets } from "./delivery/assets.ts";
import { createMediaStore } from "./media/media-store.ts";
import { createConnect } from "./outgoing/connect.ts";
import { createInstallationSecrets } from "./outgoing/installation-secrets.ts";
import { type OutgoingNetwork, systemNetwork } from "./outgoing/network.ts";
import { createOwnHosts } from "./outgoing/own-hosts.ts";
import { createSecretBox } from "./outgoing/secret-box.ts";
import { startBulkInstalls } from "./services/bulk-installs.ts";
import { createCallerAuthentication } from "./services/caller.ts";
import { createDocumentChanges } from "./services/document-changes.ts";
import { createDocuments } from "./services/documents.ts";
import { createEmails } from "./services/email.ts";
import { createAssertionKeys } from "./services/identity/assertion-keys.ts";
import { createAssertions } from "./services/identity/assertions.ts";
import { createIdentities } from "./services/identity/identities.ts";
import { createRefusalLog } from "./services/identity/refusal-log.ts";
import { startInstallCounts } from "./services/install-counts.ts";
import { createInstallationFacts } from "./services/installation-facts.ts";
import { invalidateCachesOnChange } from "./services/invalidate-caches.ts";
import { type SendMail, startOutbox } from "./services/mailer.ts";
import { createPackageFiles } from "./services/package-files.ts";
import { createPlans } from "./services/plans.ts";
import { createPrintPages } from "./services/print-pages.ts";
import { createSessions } from "./services/sessions.ts";
import { createTokens, type SigningKeys } from "./services/tokens.ts";
import { createUsage } from "./services/usage.ts";
import { createVisitors } from "./services/visitors.ts";

export interface ServiceOptions {
  readonly database: Database;
  readonly addresses: Addresses;
  readonly assets: Assets;
  readonly signingKeys: SigningKeys;
  /** 32 bytes from which the names of visitors and the key for secrets are derived. */
  readonly masterKey: Buffer;
  readonly sendMail: SendMail;
  /** URLs of machines that this deployment uses; no module may call them. */
  readonly usedUrls?: readonly (string | undefined)[];
  /** How other hosts are reached, for tests. */
  readonly network?: OutgoingNetwork | undefined;
  /** Limits of modules that differ from the defaults, written into every frame document. */
  readonly limits?: Limits | undefined;
  readonly billing: BillingSettings;
  readonly billingProvider: BillingProvider;
  /** Milliseconds since 1970; decides when something that was paid for expires. */
  readonly clock?: (() => number) | undefined;
}

/** Creates what the routes call, and starts the work in the background that belongs to it. */
export async function createServices(options: ServiceOptions) {
  const { database, addresses, assets, clock = Date.now } = options;
  const tokens = await createTokens(addresses.platform, options.signingKeys);
  const packages = createPackageFiles(database);
  const installations = createInstallationFacts(database, clock);
  const plans = createPlans({ database, addresses, assets, packages, installations, limits: options.limits, clock });
  const assertionKeys = createAssertionKeys(database);
  const assertions = createAssertions(database, assertionKeys, addresses.platform);
  const identities = createIdentities({ keys: assertionKeys, assertions, tokens, noteRefusal: createRefusalLog(database) });
  const visitors = createVisitors(tokens, options.masterKey);
  const usage = createUsage({ database, installations, tokens });
  const changes = await createDocumentChanges(database);
  const stopInvalidation = await invalidateCachesOnChange(database, { plans, installations, packages, changes, assertionKeys });
  const outbox = startOutbox(database, options.sendMail);
  const bulkInstalls = startBulkInstalls(database, { clock });
  const installCounts = startInstallCounts(database);
  const billing = startBilling({ database, settings: options.billing, provider: options.billingProvider, clock });
  const secrets = createInstallationSecrets(createSecretBox(options.masterKey));
  const connect = createConnect({ database, network: options.network ?? systemNetwork, secrets, isOwnHost: createOwnHosts(addresses, options.usedUrls) });
  const media = createMediaStore(database, addresses.media);
  const prints = createPrintPages(database, addresses);
  const broker = createBroker({
    database,
    documents: createDocuments(database),
    usage,
    sendEmail: createEmails(database, outbox.wake),
    connect,
    media,
    prints,
    clock,
  });
  return {
    plans,
    packages,
    prints,
    media,
    secrets,
    assertions,
    identities,
    usage,
    changes,
    billing,
    broker,
    openSession: createSessions({ plans, installations, tokens, visitors, identities }),
    resolveCaller: createCallerAuthentication({ database, installations, plans, tokens, identities }),
    /** Stops the work in the background, after what is in memory has been written. */
    async stop(): Promise<void> {
      await Promise.all([usage.stop(), outbox.stop(), bulkInstalls.stop(), billing.stop(), stopInvalidation(), changes.stop(), installCounts.stop()]);
    },
  };
}

export type Services = Awaited<ReturnType<typeof createServices>>;
