import type { ModuleQuery } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";

/** Columns of a module `m` that everyone may see. */
export const factsOf = (tx: Tx) => tx`
  m.id, m.slug, m.name, m.description, m.category, m.type, m.tags, m.install_level as "installLevel", m.status, m.pricing_type as "pricingType", m.currency,
  m.current_version as "currentVersion", m.author_name as "authorName", m.required_permissions as "requiredPermissions", m.provided_hooks as "providedHooks",
  m.install_count as "installCount", m.rating_average::float8 as "ratingAverage", m.rating_count as "ratingCount", m.is_featured as "isFeatured",
  m.published_at as "publishedAt", m.created_at as "createdAt", m.updated_at as "updatedAt"`;

/** Wholesale and suggested prices; clients must never see them. */
export const costOf = (tx: Tx) => tx`
  m.wholesale_price_monthly as "wholesaleMonthly", m.wholesale_price_yearly as "wholesaleYearly", m.wholesale_price_one_time as "wholesaleOneTime",
  m.suggested_retail_monthly as "suggestedRetailMonthly", m.suggested_retail_yearly as "suggestedRetailYearly"`;

/** The conditions of a search over modules `m`. */
export const matching = (tx: Tx, { text, category, tag, level, type, price }: ModuleQuery) => tx`
  ${text === undefined ? tx`true` : tx`strpos(lower(concat_ws(' ', m.name, m.slug, m.description)), ${text.toLowerCase()}) > 0`}
  and ${category === undefined ? tx`true` : tx`m.category = ${category}`}
  and ${tag === undefined ? tx`true` : tx`m.tags @> ${[tag]}`}
  and ${level === undefined ? tx`true` : tx`m.install_level = ${level}`}
  and ${type === undefined ? tx`true` : tx`m.type = ${type}`}
  and ${price === undefined ? tx`true` : price === "free" ? tx`m.pricing_type = 'free'` : tx`m.pricing_type <> 'free'`}`;
