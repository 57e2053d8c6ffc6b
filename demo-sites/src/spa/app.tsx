/** @jsxRuntime automatic */
import { useEffect, useState } from "react";
import { Link, Route, Routes, useNavigate } from "react-router";

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
      {isShown && <dramac-module module="contact-form" suppressHydrationWarning />}
    </>
  );
}

/** Routes of the demo; a module's wish to go somewhere is taken by the router. */
export function App() {
  const navigate = useNavigate();
  useEffect(() => {
    const onNavigate = (event: Event) => {
      event.preventDefault();
      void navigate((event as CustomEvent<{ path: string }>).detail.path);
    };
    document.addEventListener("dramac:navigate", onNavigate);
    return () => document.removeEventListener("dramac:navigate", onNavigate);
  }, [navigate]);
  return (
    <>
      <nav className="bar">
        <Link to="/">Home</Link>
        <Link to="/features">Features</Link>
        <Link to="/contact">Contact</Link>
      </nav>
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
    </>
  );
}
