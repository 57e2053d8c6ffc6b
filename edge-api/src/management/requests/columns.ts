import type { Tx } from "../../db/database.ts";

/** Columns of a request `r` that every agency may read. */
export const publicColumns = (tx: Tx) => tx`
  r.id, r.title, r.description, r.suggested_install_level as "suggestedInstallLevel", r.suggested_category as "suggestedCategory", r.status, r.upvotes,
  r.resulting_module_id as "resultingModuleId", r.submitted_at as "submittedAt", r.updated_at as "updatedAt", r.completed_at as "completedAt"`;

/** Columns that its own agency and the platform may read. */
export const ownColumns = (tx: Tx) => tx`
  ${publicColumns(tx)}, r.use_case as "useCase", r.target_audience as "targetAudience", r.priority, r.budget_range as "budgetRange",
  r.willing_to_fund as "willingToFund"`;

export const platformColumns = (tx: Tx) => tx`${ownColumns(tx)}, r.agency_id as "agencyId", r.admin_notes as "adminNotes", r.assigned_to as "assignedTo"`;

interface Facts {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly useCase?: string | null | undefined;
  readonly targetAudience?: string | null | undefined;
  readonly suggestedInstallLevel?: string | undefined;
  readonly suggestedCategory?: string | null | undefined;
  readonly priority?: string | undefined;
  readonly budgetRange?: string | null | undefined;
  readonly willingToFund?: boolean | undefined;
}

/** The columns that an agency writes. */
export const columnsOf = (facts: Facts) => ({
  title: facts.title,
  description: facts.description,
  use_case: facts.useCase,
  target_audience: facts.targetAudience,
  suggested_install_level: facts.suggestedInstallLevel,
  suggested_category: facts.suggestedCategory,
  priority: facts.priority,
  budget_range: facts.budgetRange,
  willing_to_fund: facts.willingToFund,
});
