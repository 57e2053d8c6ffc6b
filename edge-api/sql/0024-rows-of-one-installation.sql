-- Purging a client's installation lets go of it wherever a site's points at it. What held them together began with the agency
-- alone, so that each purge read every installation of all sites of that agency.
create index idx_site_module_inst_client_installation on site_module_installations (client_installation_id, agency_id)
  where client_installation_id is not null;

-- Every tenant's query names its agency, by row security, and the planner cannot know that an installation's documents are all of
-- one agency: it believed that both together are few, took the agency's index, and read all documents of the agency for each page
-- of one collection. With the agency in front of each index there is none that leads less far than another.
drop index idx_module_documents_agency;
create index idx_module_documents_place on module_documents (agency_id, installation_id, collection, id);
drop index idx_module_documents_created;
create index idx_module_documents_created on module_documents (agency_id, installation_id, collection, created_at, id);
drop index idx_module_documents_visitor;
create index idx_module_documents_visitor on module_documents (agency_id, installation_id, collection, visitor_sub, created_at, id)
  where visitor_sub is not null;
