import type { DemoSitesOptions } from "../options.ts";
import type { Person } from "./backend.ts";
import { memberHost } from "./member-host.ts";

/** A client's portal: the client's members see its modules, members of others see nothing. */
export function portal({ platform, sites, backends }: DemoSitesOptions) {
  const people: Person[] = [
    { id: "ada", name: "Ada", about: "Harbour & Co.", role: "client_member", key: backends.harbour, ...(sites.brochure && { site: sites.brochure.id }) },
    { id: "bo", name: "Bo", about: "another client", role: "client_member", key: backends.mill },
    { id: "grace", name: "Grace", about: "Northlight Studio, their agency", role: "agency_admin", key: backends.agency, client: backends.harbour.issuer },
  ];
  return memberHost({
    platform,
    brand: "Harbour & Co. customer portal",
    people,
    pages: [{ path: "/", title: "Overview", surfaceKey: sites.portal?.siteKey ?? "", menuHook: "portal:sidebar", widgetHook: "portal:home:widget" }],
  });
}

/** An agency's dashboard, and a page of the agency's own. */
export function agencyDashboard({ platform, sites, backends }: DemoSitesOptions) {
  const people: Person[] = [
    { id: "grace", name: "Grace", about: "agency admin", role: "agency_admin", key: backends.agency },
    { id: "lin", name: "Lin", about: "agency member", role: "agency_member", key: backends.agency },
    { id: "ada", name: "Ada", about: "a client’s member", role: "client_member", key: backends.harbour },
  ];
  return memberHost({
    platform,
    brand: "Northlight Studio",
    people,
    pages: [
      {
        path: "/",
        title: "Dashboard",
        surfaceKey: sites["agency-dashboard"]?.siteKey ?? "",
        menuHook: "dashboard:sidebar",
        widgetHook: "dashboard:home:widget",
      },
      { path: "/agency", title: "Our agency", surfaceKey: sites.agency?.siteKey ?? "", widgetHook: "agency:home:widget" },
    ],
  });
}
