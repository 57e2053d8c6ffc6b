-- Purging a client's installation lets go of it wherever a site's points at it. What held them together began with the agency
-- alone, so that each purge read every installation of all sites of that agency.
create index idx_site_module_inst_client_installation on site_module_installations (client_installation_id) where client_installation_id is not null;
