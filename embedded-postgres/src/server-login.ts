import postgres from "postgres";

const DATABASE_NAME = "dramac";

/** Failures that may pass: of sockets and the driver, and of a server that starts, stops or has too many connections. */
const BUSY_CODES = /^(?:E[A-Z_]+|CONNECT[A-Z_]+|08...|53...|57P0[1235])$/;

export const serverUrl = (port: number, password: string, database = DATABASE_NAME): string =>
  `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * Logs in with our password and makes the product's database when it is missing.
 * @returns `ready`, `busy` while the server starts or stops, or `stranger` when it is another server
 */
export async function logIn(port: number, password: string): Promise<"ready" | "busy" | "stranger"> {
  const sql = postgres(serverUrl(port, password, "postgres"), { max: 1, connect_timeout: 3, fetch_types: false, onnotice: () => undefined });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${DATABASE_NAME}`;
    if (!found) await sql`create database ${sql(DATABASE_NAME)}`;
    return "ready";
  } catch (error) {
    return BUSY_CODES.test(String((error as { code?: unknown }).code)) ? "busy" : "stranger";
  } finally {
    await sql.end({ timeout: 0 });
  }
}
