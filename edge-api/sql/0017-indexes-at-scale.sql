-- What giant tenants and long histories showed: queries that read all of an agency, of a client, or of a table to find a few rows.

-- The worker takes back what another one was sending when it died, so the index holds that, too. What was sent stays for years.
drop index idx_email_outbox_due;
create index idx_email_outbox_due on email_outbox (next_attempt_at) where status in ('pending', 'failed', 'sending');

-- A client's portal shows what stands on its sites.
create index idx_site_module_inst_client on site_module_installations (client_id);
-- A new subscription gathers what its agency has installed of the module; the agency alone comes first in it as before.
create index idx_site_module_inst_agency_module on site_module_installations (agency_id, module_id);
create index idx_client_module_inst_agency_module on client_module_installations (agency_id, module_id);
drop index idx_site_module_inst_agency;
drop index idx_client_module_inst_agency;

-- Lists of an agency's own surfaces and of a client's portals pass over those of all the sites.
create index idx_surfaces_agency_page on surfaces (agency_id, created_at desc, id desc) where kind in ('agency', 'dashboard');
create index idx_surfaces_portal_page on surfaces (client_id, created_at desc, id desc) where kind = 'portal';

-- The platform's own keys are few among all agencies' keys.
create index idx_api_keys_platform_page on api_keys (created_at desc, id desc) where role = 'super_admin';

-- A tenant's queries name the agency as well as the client. With both in the unique key alone the planner took the sites of a
-- giant client all together and sorted them for each page: it cannot know that a client is always of one agency.
drop index idx_sites_page;
create index idx_sites_page on sites (agency_id, client_id, created_at desc, id desc);
