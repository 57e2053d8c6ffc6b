-- Every tenant's query names its agency, by row security. An index of the place alone made the planner add a second one, of the agency,
-- whose entries it believes to be few: the largest agency's are tens of thousands.
drop index idx_site_module_inst_site;
drop index idx_site_module_inst_client;
drop index idx_client_module_inst_client;
create index idx_site_module_inst_site on site_module_installations (site_id, agency_id);
create index idx_site_module_inst_client on site_module_installations (client_id, agency_id);
create index idx_client_module_inst_client on client_module_installations (client_id, agency_id);
