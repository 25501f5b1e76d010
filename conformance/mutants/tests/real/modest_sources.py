"""The three providers of the modest gateway, each in its own dialect.

INSEE speaks JSON behind a password, Infogreffe SOAP, and URSSAF JSON behind a secret, with documents in bare base64.
"""

import base64
import binascii
import datetime
import http.client
import json
import threading
import xml.etree.ElementTree as xml


class Trouble(Exception):
    """Why a provider gave no data, under its number."""

    def __init__(self, provider, kind, **meta):
        super().__init__(kind)
        number, name = PROVIDERS[provider]
        subcode, self.status, self.title = KINDS[kind] if kind in KINDS else (kind[0], 502, kind[1])
        self.code = number + subcode
        self.detail = f"{name} : {self.title.lower()}."
        self.meta = {"provider": name, **meta}


PROVIDERS = {"insee": ("01", "INSEE"), "infogreffe": ("02", "Infogreffe"), "urssaf": ("04", "ACOSS")}
KINDS = {
    "internal": ("000", 502, "Erreur interne du fournisseur de données"),
    "unavailable": ("001", 503, "Service non disponible"),
    "late": ("002", 504, "Intermédiaire hors-délai"),
    "not found": ("003", 404, "Entité non trouvée"),
    "undisclosed": ("005", 451, "Indisponible pour des raisons légales"),
    "too many": ("008", 502, "Erreur auprès du fournisseur de données : trop de requêtes"),
    "passing": ("011", 502, "Erreur temporaire du fournisseur de données"),
    "no base64": ("051", 502, "Fichier renvoyé par le fournisseur de données non valide"),
    "no PDF": ("055", 502, "Fichier renvoyé par le fournisseur de données non valide"),
    "unknown": ("999", 502, "Erreur inconnue du fournisseur de données"),
}


class Sources:
    """Where the providers are, and what opens them."""

    def __init__(self, addresses, deadline_s):
        self.addresses, self.deadline_s = addresses, deadline_s
        self.tokens = {}

    def ask(self, provider, method, path, body=None, headers=None):
        """One exchange, whole within the deadline: status, headers and body."""
        connection = http.client.HTTPConnection(self.addresses[provider], timeout=self.deadline_s)
        late = threading.Event()
        # The answer takes the socket over from the connection once its head is there.
        sockets = []

        def give_up():
            late.set()
            for socket in sockets:
                socket.shutdown(2)

        timer = threading.Timer(self.deadline_s, give_up)
        try:
            connection.connect()
            sockets.append(connection.sock)
            timer.start()
            connection.request(method, path, body, {"Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except TimeoutError:
            raise Trouble(provider, "late") from None
        except (OSError, http.client.IncompleteRead, http.client.RemoteDisconnected):
            raise Trouble(provider, "late" if late.is_set() else "unavailable") from None
        except (http.client.HTTPException, ValueError):
            raise Trouble(provider, "late" if late.is_set() else "unknown") from None
        finally:
            timer.cancel()
            connection.close()

    def authorised(self, provider, grant, method, path, body=None, headers=None):
        """One exchange behind a log-in, which is renewed once where the provider wants that."""
        for _ in range(2):
            token = self.tokens.get(provider) or self.log_in(provider, grant)
            bearer = {**(headers or {}), "Authorization": f"Bearer {token}"}
            answer = self.ask(provider, method, path, body, bearer)
            if answer[0] != 401:
                return answer
            self.tokens.pop(provider, None)
        raise Trouble(provider, "passing", retry_in=10)

    def log_in(self, provider, grant):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, body = self.ask(provider, "POST", "/token", grant, form)
        try:
            token = json.loads(body)["access_token"] if status == 200 else None
        except (ValueError, KeyError, TypeError):
            token = None
        if not token:
            raise Trouble(provider, "passing", retry_in=10)
        self.tokens[provider] = token
        return token


def by_status(provider, status):
    """What a status means of which a provider says no more."""
    kinds = {429: "too many", 500: "internal", 502: "unavailable", 503: "unavailable", 504: "late"}
    return Trouble(provider, kinds.get(status, "unknown"))


# ---------------------------------------------------------------------------------------------------------- INSEE


def company_v3(sources, siren):
    return company(sources, siren, later=False)


def company_v4(sources, siren):
    return company(sources, siren, later=True)


def company(sources, siren, later):
    record, moved = record_of(sources, siren)
    now = (record.get("periodesUniteLegale") or [{}])[0]
    number, office = record["siren"], now.get("nicSiegeUniteLegale")
    activity = {"code": now.get("activitePrincipaleUniteLegale"),
                "nomenclature": now.get("nomenclatureActivitePrincipaleUniteLegale"), "libelle": None}
    activities = {"activite_principale": activity}
    if later:
        code = record.get("activitePrincipaleNAF25UniteLegale")
        activities = {"activite_principale": {"code": code, "nomenclature": "NAF2025", "libelle": None},
                      "activite_principale_naf_rev2": activity}
    shown = record.get("statutDiffusionUniteLegale")
    data = {
        "siren": number,
        "rna": record.get("identifiantAssociationUniteLegale"),
        "siret_siege_social": number + office if office else None,
        "type": "personne_morale" if now.get("denominationUniteLegale") else "personne_physique",
        "personne_morale_attributs": {"raison_sociale": now.get("denominationUniteLegale"),
                                      "sigle": record.get("sigleUniteLegale")},
        "personne_physique_attributs": person(record, now),
        "categorie_entreprise": record.get("categorieEntreprise"),
        "status_diffusion": "diffusible" if shown == "O" else "partiellement_diffusible",
        "diffusable_commercialement": shown == "O",
        "forme_juridique": {"code": now.get("categorieJuridiqueUniteLegale"), "libelle": None},
        **activities,
        "tranche_effectif_salarie": {"code": record.get("trancheEffectifsUniteLegale"),
                                     "date_reference": record.get("anneeEffectifsUniteLegale")},
        "etat_administratif": now.get("etatAdministratifUniteLegale"),
        "economie_sociale_et_solidaire": {"O": True, "N": False}.get(now.get("economieSocialeSolidaireUniteLegale")),
        "date_creation": second(record.get("dateCreationUniteLegale")),
        "date_cessation": second(now.get("dateDebut")) if now.get("etatAdministratifUniteLegale") == "C" else None,
    }
    updated = second(record.get("dateDernierTraitementUniteLegale"))
    meta = {"date_derniere_mise_a_jour": updated, "redirect_from_siren": siren if moved else None}
    return {"data": data, "links": {}, "meta": meta}


def person(record, now):
    names = {f"prenom_{place}": record.get(f"prenom{place}UniteLegale") for place in range(1, 5)}
    return {
        **names,
        "pseudonyme": record.get("pseudonymeUniteLegale"),
        "prenom_usuel": record.get("prenomUsuelUniteLegale"),
        "nom_usage": now.get("nomUsageUniteLegale"),
        "nom_naissance": now.get("nomUniteLegale"),
        "sexe": record.get("sexeUniteLegale"),
    }


def record_of(sources, siren):
    """The record of a company, and whether it is another's into which it was merged."""
    path = f"/api-sirene/prive/3.11/siren/{siren}"
    grant = "grant_type=password&client_id=modest&client_secret=secret&username=modest&password=secret"
    for moved in (False, True):
        status, headers, body = sources.authorised("insee", grant, "GET", path)
        if status != 301 or not headers.get("Location"):
            break
        path = headers["Location"]
    try:
        answer = json.loads(body)
        own = "header" in answer
        record = answer.get("uniteLegale")
    except (ValueError, AttributeError, TypeError):
        own, record = False, None
    if status == 200 and isinstance(record, dict) and record.get("siren"):
        return record, moved
    if status in (403, 404) and own:
        raise Trouble("insee", "not found" if status == 404 else "undisclosed")
    raise by_status("insee", status)


def second(day):
    """The Unix second of a day, or of a moment that is told with it."""
    if not day:
        return None
    moment = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp())


# ----------------------------------------------------------------------------------------------------- Infogreffe


def extract(sources, siren):
    envelope = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:WebServicesProduits"><s:Body>'
        "<u:getProduitsWebServicesXML><arg0><demande>"
        "<emetteur><code_abonne>modest</code_abonne><mot_passe>secret</mot_passe></emetteur>"
        f"<commande><num_siren>{siren}</num_siren></commande>"
        "</demande></arg0></u:getProduitsWebServicesXML></s:Body></s:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "getProduitsWebServicesXML"}
    status, _, body = sources.ask("infogreffe", "POST", "/services/produits", envelope, headers)
    if status != 200:
        raise by_status("infogreffe", status)
    try:
        answer = xml.fromstring(body)
    except xml.ParseError:
        raise Trouble("infogreffe", "unknown") from None
    if any(element.tag.endswith("}Fault") for element in answer.iter()):
        raise Trouble("infogreffe", "internal")
    returned = next((element for element in answer.iter() if element.tag.endswith("return")), None)
    found = None if returned is None else returned.find("Extrait")
    if found is None:
        raise refused(returned)
    if found.find("dossier/entreprise/num_ident") is None:
        raise Trouble("infogreffe", "unknown")
    return {"data": entry(found), "links": {}, "meta": {}}


def refused(returned):
    """What stands in the place of an extract: three digits and words."""
    text = "" if returned is None else (returned.text or "").strip()
    code, _, words = text.partition(" ")
    if code in ("006", "008", "065", "081"):
        return Trouble("infogreffe", "not found", provider_error={"code": code, "message": words.strip("-")})
    kinds = {"999": "unavailable", "003": ("501", "Erreur temporaire d'identification d'Infogreffe"),
             "014": ("502", "Erreur de génération de commande d'Infogreffe")}
    return Trouble("infogreffe", kinds.get(code, "unknown"))


def entry(found):
    """An extract as callers get it."""
    file = found.find("dossier")

    def said(path, attribute=None, start=file):
        element = start.find(path)
        value = None if element is None else element.text if attribute is None else element.get(attribute)
        return " ".join(value.split()) or None if value else None

    amount = said("entreprise/pm/capital/montant", "valeur")
    officers = [{
        "type": officer.get("type"),
        "fonction": said("qualite", start=officer),
        "nom": said("pp/nom", start=officer),
        "prenom": said("pp/prenom", start=officer),
        "date_naissance": (said("pp/naissance/date", "dateISO", officer) or "")[:7] or None,
    } for officer in file.findall("liste_dirigeant/dirigeant")]
    remarks = [{"numero": remark.get("numero"), "libelle": said("libelle", start=remark), "date": remark.get("dateISO")}
               for remark in file.findall("liste_observations/observation")]
    return {
        "siren": said("entreprise/num_ident", "siren"),
        "date_immatriculation": file.get("dateISO_immat"),
        "date_radiation": file.get("dateISO_radiation"),
        "mandataires_sociaux": officers,
        "observations": remarks,
        "nom_commercial": said("etablissement/nom_commercial"),
        "etablissement_principal": {
            "activite": said("etablissement/activite"),
            "origine_fonds": said("etablissement/origine_fonds"),
            "mode_exploitation": said("etablissement/mode_exploit"),
            "code_ape": said("etablissement/codeAPE"),
        },
        "capital": {
            "montant": float(amount) if amount else None,
            "devise": said("entreprise/pm/capital/montant", "devise"),
            "code_devise": said("entreprise/pm/capital/montant", "codeDevise"),
        },
        "greffe": {"valeur": said("entreprise/greffe"), "code": said("entreprise/greffe", "code")},
        "personne_morale": {
            "forme_juridique": {"valeur": said("entreprise/pm", "forme_juridique"),
                                "code": said("entreprise/pm", "codeFormeJuridique")},
            "denomination": said("entreprise/pm/denomination"),
            "date_cloture_exercice_comptable": said("entreprise/pm/date_cloture", "dateISO"),
            "date_fin_de_vie": said("entreprise/pm/duree_ste/valeur_duree", "dateISO"),
        },
        "personne_physique": {"nom": said("entreprise/pp/nom"), "prenom": said("entreprise/pp/prenom")},
    }


# --------------------------------------------------------------------------------------------------------- URSSAF


def attestation(sources, siren):
    """The document itself."""
    demand = {"typeAttestation": "AVG_UR", "siren": siren, "idClient": "modest", "beneficiaire": "modest"}
    grant = "grant_type=client_credentials&client_id=modest&client_secret=secret"
    status, _, body = sources.authorised(
        "urssaf", grant, "POST", "/attn/entreprise/v1/demandes/api_entreprise",
        json.dumps(demand), {"Content-Type": "application/json"})
    if status != 200:
        raise refused_attestation(status, body)
    try:
        paper = base64.b64decode(body.strip(), validate=True)
    except binascii.Error:
        raise Trouble("urssaf", "no base64") from None
    if not paper.startswith(b"%PDF"):
        raise Trouble("urssaf", "no PDF" if paper else "internal")
    return paper


def refused_attestation(status, body):
    try:
        errors = [{name: one.get(name) for name in ("code", "message", "description")} for one in json.loads(body)]
        code = errors[0]["code"]
    except (ValueError, AttributeError, IndexError, TypeError):
        return by_status("urssaf", status)
    kinds = {
        "FUNC501": "not found", "FUNC517": "not found", "FUNC429": "too many",
        "FUNC502": ("503", "La situation du compte ne permet pas de délivrer l'attestation demandée"),
        "FUNC503": ("501", "Analyse manuelle de la situation du compte en cours"),
        "FUNC504": ("502", "Demande de traitement logiciel en cours"),
    }
    kind = kinds.get(code, "internal" if code in INSIDE else "unknown")
    wait = {"retry_in": 172_800} if code == "FUNC503" else {}
    return Trouble("urssaf", kind, provider_errors=errors, **wait)


INSIDE = {f"FUNC{number}" for number in range(510, 517)}
