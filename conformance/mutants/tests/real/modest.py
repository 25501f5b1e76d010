"""A modest gateway: three providers behind one door, in the standard library alone.

    python3 modest.py modest.json

It checks tokens, counts calls, bans whom it must, asks the provider of the resource within a deadline, and words what
came of it. It serves four resources and the list of rights, and nothing else of the catalogue. `modest_sources.py`
beside it speaks to the providers.
"""

import base64
import collections
import hashlib
import hmac
import http.server
import json
import math
import re
import socket
import sys
import threading
import time
import urllib.parse
import uuid

import modest_sources as sources

GOOD_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
LINK_LIFE_S = 3600

Resource = collections.namedtuple("Resource", "pattern source scopes group")
RESOURCES = [
    Resource(re.compile(r"/v3/insee/sirene/unites_legales/([^/]+)"), sources.company_v3,
             {"entreprises", "unites_legales_etablissements_insee"}, "json"),
    Resource(re.compile(r"/v4/insee/sirene/unites_legales/([^/]+)"), sources.company_v4,
             {"entreprises", "unites_legales_etablissements_insee"}, "json"),
    Resource(re.compile(r"/v3/infogreffe/rcs/unites_legales/([^/]+)/extrait_kbis"), sources.extract,
             {"extraits_rcs", "open_data"}, "json"),
    Resource(re.compile(r"/v3/urssaf/unites_legales/([^/]+)/attestation_vigilance"), sources.attestation,
             {"attestations_sociales", "attestation_sociale_urssaf"}, "documents"),
]


class Refusal(Exception):
    """What is answered in the place of data."""

    def __init__(self, status, *errors, headers=()):
        super().__init__(status)
        self.status, self.errors, self.headers = status, errors, dict(headers)


def error(code, title, detail, parameter=None, **meta):
    """One error in the shape of all."""
    told = {"code": code, "title": title, "detail": detail, "meta": meta}
    if parameter:
        told["source"] = {"parameter": parameter}
    return told


class Quotas:
    """Calls of each token in each group, in windows that open at the first call."""

    def __init__(self, settings):
        self.limits, self.length = settings["quotas"], settings["quota_window_s"]
        self.windows, self.lock = {}, threading.Lock()

    def count(self, token, group):
        """Counts a call; its place in the window, and when that ends."""
        with self.lock:
            now = time.time()
            opened, calls = self.windows.get((token, group), (0, 0))
            if now >= opened + self.length:
                opened, calls = now, 0
            self.windows[token, group] = (opened, calls + 1)
            return calls + 1, opened + self.length

    def headers(self, group, used, ends):
        """What every answer tells of it."""
        limit = self.limits[group]
        return {"RateLimit-Limit": limit, "RateLimit-Remaining": max(0, limit - used),
                "RateLimit-Reset": math.ceil(ends)}


class Bans:
    """What each address did, and who is banned for it."""

    def __init__(self, settings):
        self.settings, self.lock = settings, threading.Lock()
        self.until, self.seen, self.refused = {}, {}, {}

    def is_spared(self, address):
        return address in self.settings["never_banned"]

    def admits(self, address):
        """Counts a request of an address; whether it is answered."""
        if self.is_spared(address):
            return True
        with self.lock:
            now = time.monotonic()
            if now < self.until.get(address, 0):
                return False
            self.of(address, now)["requests"] += 1
            if self.of(address, now)["requests"] > self.settings["address_limit"]:
                self.ban(address, now)
                return False
            return True

    def goes_on(self, address, token, group, ends):
        """Counts a call too many; whether the address is answered after all."""
        if self.is_spared(address):
            return True
        with self.lock:
            if self.refused.get((token, group)) != ends:
                return True
            now = time.monotonic()
            self.of(address, now)["ignored"] += 1
            if self.of(address, now)["ignored"] > self.settings["ignored_429_limit"]:
                self.ban(address, now)
                return False
            return True

    def was_refused(self, token, group, ends):
        """A 429 of this window was sent: who calls on from here ignores it."""
        with self.lock:
            self.refused[token, group] = ends

    def of(self, address, now):
        """What an address did in its window."""
        window = self.seen.get(address)
        if window is None or now >= window["opened"] + self.settings["address_window_s"]:
            window = self.seen[address] = {"opened": now, "requests": 0, "ignored": 0}
        return window

    def ban(self, address, now):
        self.until[address] = now + self.settings["ban_s"]
        self.seen.pop(address, None)


class Gateway:
    """What all connections share."""

    def __init__(self, settings):
        self.settings, self.quotas, self.bans = settings, Quotas(settings), Bans(settings)
        self.sources = sources.Sources(settings["providers"], settings["deadline_s"])
        self.running, self.papers, self.lock = set(), {}, threading.Lock()

    def claims(self, headers):
        """What the token of a request says, if it was signed here and lives."""
        bad = Refusal(401, error("00101", "Interdit", "Le jeton manque, ou il n'est pas valable.", "token"))
        shown = headers.get_all("Authorization", [])
        if len(shown) != 1 or not shown[0].startswith("Bearer "):
            raise bad
        try:
            head, body, signature = shown[0][len("Bearer "):].split(".")
            good = hmac.new(self.settings["secret"].encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
            if decoded(head).get("alg") != "HS256" or not hmac.compare_digest(good, unpadded(signature)):
                raise bad
            claims = decoded(body)
        except (ValueError, AttributeError):
            raise bad from None
        if not all(GOOD_UUID.fullmatch(str(claims.get(name))) for name in ("jti", "uid")):
            raise bad
        if time.time() >= claims.get("exp", math.inf):
            raise Refusal(401, error("00103", "Jeton expiré", "La durée de vie de ce jeton est passée.", "token"))
        return claims

    def counted(self, address, token, group):
        """Counts a call and gives its headers."""
        used, ends = self.quotas.count(token, group)
        headers = self.quotas.headers(group, used, ends)
        if used <= self.quotas.limits[group]:
            return headers
        if not self.bans.goes_on(address, token, group, ends):
            return None
        wait = max(1, math.ceil(math.ceil(ends) - time.time()))
        many = error("00429", "Trop de requêtes", "Ce jeton a fait tous les appels de ce moment.")
        refusal = Refusal(429, many, headers={**headers, "Retry-After": wait})
        refusal.sent = lambda: self.bans.was_refused(token, group, ends)
        raise refusal

    def answer(self, resource, entity, query, claims):
        """The answer of a provider, unless the same call runs."""
        if not resource.scopes & set(claims.get("scopes", [])):
            raise Refusal(403, error("00100", "Privilèges insuffisants", "Ce jeton n'ouvre pas cette ressource.", "token"))
        call = (claims["jti"], resource.pattern.pattern, entity, query)
        with self.lock:
            if call in self.running:
                raise Refusal(409, error("00015", "Conflit", "Cet appel est déjà en cours."))
            self.running.add(call)
        try:
            check_query(query)
            if not is_siren(entity):
                raise Refusal(422, error("00301", "Entité non traitable", "Ce n'est pas un numéro SIREN.", "siren"))
            return resource.source(self.sources, entity)
        except sources.Trouble as trouble:
            told = error(trouble.code, trouble.title, trouble.detail, **trouble.meta)
            raise Refusal(trouble.status, told) from None
        finally:
            with self.lock:
                self.running.discard(call)

    def keep(self, paper):
        """Keeps a document; the path that leads to it."""
        path = f"/documents/{uuid.uuid4()}.pdf"
        self.papers[path] = (time.time() + LINK_LIFE_S, paper)
        return path


class Caller(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gateway = None

    def do_GET(self):
        address = self.address()
        if not self.gateway.bans.admits(address):
            return self.say_nothing()
        path, _, query = self.path.partition("?")
        try:
            if path == "/privileges":
                return self.say(200, {"privileges": self.gateway.claims(self.headers).get("scopes", [])})
            if path.startswith("/documents/"):
                return self.say_paper(path)
            self.say_resource(address, path, query)
        except Refusal as refusal:
            self.refuse(refusal)

    def say_resource(self, address, path, query):
        matches = ((resource, resource.pattern.fullmatch(path)) for resource in RESOURCES)
        resource, match = next((found for found in matches if found[1]), (None, None))
        if not resource:
            raise unknown(path)
        claims = self.gateway.claims(self.headers)
        headers = self.gateway.counted(address, claims["jti"], resource.group)
        if headers is None:
            return self.say_nothing()
        try:
            answer = self.gateway.answer(resource, match[1], query, claims)
        except Refusal as refusal:
            refusal.headers = {**headers, **refusal.headers}
            raise
        if isinstance(answer, bytes):
            url = f"http://{self.headers['Host']}{self.gateway.keep(answer)}"
            answer = {"data": {"document_url": url, "expires_in": LINK_LIFE_S}, "links": {}, "meta": {}}
        self.say(200, answer, headers)

    def say_paper(self, path):
        until, paper = self.gateway.papers.get(path, (0, b""))
        if time.time() >= until:
            raise unknown(path)
        self.send("application/pdf", 200, paper, {})

    def refuse(self, refusal):
        self.say(refusal.status, {"errors": refusal.errors}, refusal.headers)
        getattr(refusal, "sent", lambda: None)()

    def say(self, status, body, headers=None):
        self.send("application/json", status, json.dumps(body, ensure_ascii=False).encode(), headers or {})

    def send(self, kind, status, body, headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def say_nothing(self):
        """A banned caller waits for nothing, until it goes."""
        self.close_connection = True
        while self.connection.recv(4096):
            pass

    def address(self):
        """Who calls: whom the connection or, before a proxy that is believed, a header names."""
        name = self.gateway.settings["callers_are_in"]
        told = None if name == "the connection" else self.headers.get(name)
        return told.split(",")[-1].strip() if told else self.client_address[0]

    def send_error(self, code, message=None, explain=None):
        """What is no request that is known here, in the shape of all errors."""
        self.close_connection = True
        self.refuse(unknown("") if code == 501 else Refusal(400, bad_syntax()))

    def version_string(self):
        return "modest"

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def unknown(path):
    if re.match(r"/v\d+/", path) and not path.startswith(("/v3/", "/v4/")):
        return Refusal(404, error("00402", "Version d'API non prise en charge", "Il n'y a pas de telle version."))
    return Refusal(404, error("00404", "Route inconnue", "Cette adresse ne mène à aucune ressource."))


def bad_syntax():
    return error("00401", "Mauvaise requête", "La syntaxe de la requête n'est pas la bonne.")


def check_query(query):
    """Who asks, why, and for whom: all that is missing is named."""
    if BROKEN_PERCENT.search(query):
        raise Refusal(400, bad_syntax())
    given = dict(urllib.parse.parse_qsl(query))
    codes = {"context": "00201", "object": "00202", "recipient": "00203"}
    missing = [error(code, "Entité non traitable", f"Le paramètre {name} manque.", name)
               for name, code in codes.items() if not given.get(name)]
    if missing:
        raise Refusal(422, *missing)
    if not is_luhn(given["recipient"], 14):
        raise Refusal(422, error("00210", "Entité non traitable", "Le destinataire est un SIRET.", "recipient"))


def is_siren(text):
    return is_luhn(text, 9)


def is_luhn(text, digits):
    if not (text.isascii() and text.isdigit() and len(text) == digits):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def unpadded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def decoded(part):
    return json.loads(unpadded(part))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    Caller.gateway = Gateway(settings)
    host, port = settings["listen"].split(":")
    socket.setdefaulttimeout(None)
    Server((host, int(port)), Caller).serve_forever()


if __name__ == "__main__":
    main()
