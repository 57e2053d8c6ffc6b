import type { Tx } from "../../db/database.ts";

/** Columns of a review `r` that the catalogue shows. */
export const publicColumns = (tx: Tx) => tx`
  r.id, r.rating, r.title, r.content, r.is_verified_purchase as "isVerifiedPurchase", r.created_at as "createdAt", r.updated_at as "updatedAt"`;

export const ownColumns = (tx: Tx) => tx`${publicColumns(tx)}, r.module_id as "moduleId", r.status`;

export const platformColumns = (tx: Tx) => tx`${ownColumns(tx)}, r.agency_id as "agencyId"`;
