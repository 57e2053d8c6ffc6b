import { connect } from "@dramac/sdk";
import { createPageViews } from "./page-views.ts";

const handle = await connect();
const see = createPageViews((view) => handle.track("page_view", { ...view }));
see(handle.context);
handle.on("context", see);
handle.ready();
