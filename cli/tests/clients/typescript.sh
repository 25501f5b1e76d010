#!/usr/bin/env bash
# Makes TypeScript types of the OpenAPI document that is served, checks a program against them, and runs it.
# Run beneath `doublure run`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
curl -sS --fail "$DOUBLURE_BASE_URL/v3/openapi.yaml" -o openapi.yaml
openapi-typescript openapi.yaml -o played.d.ts
cat > call.ts <<'END'
import type { paths } from "./played";
declare const process: { env: Record<string, string> };

type Company = paths["/v3/insee/sirene/unites_legales/{siren}"]["get"];
type Query = Company["parameters"]["query"];
type Known = Company["responses"][200]["content"]["application/json"];
type Refused = Company["responses"][404]["content"]["application/json"];

async function ask(siren: Company["parameters"]["path"]["siren"], query: Query): Promise<Response> {
  const search = new URLSearchParams(query as Record<string, string>);
  const url = `${process.env.DOUBLURE_BASE_URL}/v3/insee/sirene/unites_legales/${siren}?${search}`;
  return fetch(url, { headers: { Authorization: `Bearer ${process.env.DOUBLURE_TOKEN}` } });
}

async function main(): Promise<void> {
  const tracing: Query = { context: "essai", object: "essai", recipient: process.env.DOUBLURE_RECIPIENT };
  const known: Known = await (await ask(process.env.DOUBLURE_SIREN, tracing)).json();
  if (known.data.siren !== process.env.DOUBLURE_SIREN) throw new Error(JSON.stringify(known));
  const refused: Refused = await (await ask("999999998", tracing)).json();
  if (refused.errors[0]?.code !== "01003") throw new Error(JSON.stringify(refused));
  console.log("typescript: a client that works");
}

void main();
END
tsc --strict --target es2022 --module commonjs --lib es2022,dom --skipLibCheck call.ts
node call.js
