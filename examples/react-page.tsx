/*
 * A React page that shows modules. The page also has the embed snippet, which loads them.
 * `useModule` says whether a module is there, so that the page can offer something else.
 */
import { Module, ModuleHook, useModule, useModuleNavigation, useModules } from "@dramac/react";
import type { ReactElement } from "react";

function Contact(): ReactElement {
  const { isEnabled, settings } = useModule("contact-form");
  if (!isEnabled) return <a href="mailto:hello@shop.example">Write to us</a>;
  return (
    <section aria-label={String(settings.heading ?? "Contact")}>
      <Module slug="contact-form" />
    </section>
  );
}

/** @param navigate the router's own function, for example of `useNavigate()` */
export function Page({ navigate }: { navigate: (path: string) => void }): ReactElement {
  const { isReady, siteModules } = useModules();
  useModuleNavigation(navigate);
  return (
    <main>
      <Contact />
      <ModuleHook name="site:page:after" />
      {isReady && <p>{siteModules.length} modules are installed on this site.</p>}
    </main>
  );
}
