import postgres from "postgres";
import { isTransientFailure } from "../transient-failure.ts";

const DATABASE_NAME = "dramac";

export const serverUrl = (port: number, password: string, database = DATABASE_NAME): string =>
  `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * Logs in with our password and makes the product's database when it is missing.
 * @returns `ready`; `busy` while the server starts or stops; `stranger` when it is not ours.
 */
export async function logIn(port: number, password: string): Promise<"ready" | "busy" | "stranger"> {
  const sql = postgres(serverUrl(port, password, "postgres"), { max: 1, connect_timeout: 3, fetch_types: false, onnotice: () => undefined });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${DATABASE_NAME}`;
    if (!found) await sql`create database ${sql(DATABASE_NAME)}`;
    return "ready";
  } catch (error) {
    return isTransientFailure(error) ? "busy" : "stranger";
  } finally {
    await sql.end({ timeout: 0 });
  }
}
