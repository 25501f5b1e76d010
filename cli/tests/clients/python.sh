#!/usr/bin/env bash
# Makes a Python client of the OpenAPI document that is served, and calls with it. Run beneath `doublure run`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
curl -sS --fail "$DOUBLURE_BASE_URL/v3/openapi.yaml" -o openapi.yaml
openapi-python-client generate --path openapi.yaml --meta none --output-path played --fail-on-warning
cat > call.py <<'END'
import os
from played import AuthenticatedClient
from played.api.insee import api_entreprise_v3_insee_unites_legales as company
from played.models import Erreurs

client = AuthenticatedClient(base_url=os.environ["DOUBLURE_BASE_URL"], token=os.environ["DOUBLURE_TOKEN"])
tracing = dict(context="essai", object_="essai", recipient=os.environ["DOUBLURE_RECIPIENT"])

known = company.sync_detailed(os.environ["DOUBLURE_SIREN"], client=client, **tracing)
assert known.status_code == 200, known
assert known.parsed.data.siren == os.environ["DOUBLURE_SIREN"], known.parsed
assert known.parsed.data.forme_juridique.code, known.parsed

unknown = company.sync("999999998", client=client, **tracing)
assert isinstance(unknown, Erreurs), unknown
assert unknown.errors[0].code == "01003", unknown
print("python: a client that works")
END
# The interpreter of the tool has what its clients need.
"$(dirname "$(readlink -f "$(command -v openapi-python-client)")")/python3" call.py
