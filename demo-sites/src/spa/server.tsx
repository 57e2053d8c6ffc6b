/** @jsxRuntime automatic */
import { renderToString } from "react-dom/server";
import { StaticRouter } from "react-router";
import { App } from "./app.tsx";

export const renderApp = (path: string): string =>
  renderToString(
    <StaticRouter location={path}>
      <App />
    </StaticRouter>,
  );
