/** @jsxRuntime automatic */
import { Module, ModuleHook, useModule, useModuleNavigation, useModules } from "@dramac/react";
import { useState } from "react";
import { Link, Route, Routes, useNavigate } from "react-router";

/** What the app knows of its modules: nothing on the server, and what is true a moment later. */
function Running() {
  const { isReady, modules } = useModules();
  const { isEnabled } = useModule("contact-form");
  const names = [...new Set(modules.map(({ name }) => name))].join(", ");
  return <p className="running">{isReady ? `Modules of this site: ${names}. The form is ${isEnabled ? "on" : "off"}.` : "Looking for modules …"}</p>;
}

function Contact() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <h1>Contact</h1>
      <p>
        <button type="button" onClick={() => setShown(!isShown)}>
          {isShown ? "Take the form away" : "Bring the form back"}
        </button>
      </p>
      {isShown && <Module slug="contact-form" />}
    </>
  );
}

/** Routes of the demo; a module's wish to go somewhere is taken by the router. */
export function App() {
  const navigate = useNavigate();
  useModuleNavigation(navigate);
  return (
    <>
      <nav className="bar">
        <Link to="/">Home</Link>
        <Link to="/features">Features</Link>
        <Link to="/contact">Contact</Link>
      </nav>
      <Running />
      <main>
        <Routes>
          <Route
            path="/"
            element={
              <>
                <h1>An app of one page</h1>
                <p>The links above never load a new document.</p>
              </>
            }
          />
          <Route
            path="/features"
            element={
              <>
                <h1>Features</h1>
                <p>Modules come and go with the routes.</p>
              </>
            }
          />
          <Route path="/contact" element={<Contact />} />
        </Routes>
      </main>
      <ModuleHook name="site:body:end" />
    </>
  );
}
