//! The modest gateway with a mistake of the kind that people make, in its script or in its settings.

use super::{Broken, each_is_seen};
use crate::{
    gateway::Edit,
    modest::{BELIEVES_THE_HEADER, MODEST, SAYS_THE_HEADER},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mistake_towards_its_providers_is_seen_by_its_rule() {
    each_is_seen(&MODEST, TOWARDS_PROVIDERS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mistake_in_what_it_counts_and_whom_it_bans_is_seen_by_its_rule() {
    each_is_seen(&MODEST, COUNTING).await;
}

const TOWARDS_PROVIDERS: &[Broken] = &[
    Broken {
        name: "tells-another-day",
        edits: &[Edit(
            "file.get(\"dateISO_immat\")",
            "said(\"etablissement/activite\", \"dateISO_debut\")",
        )],
        rule: "gw.relay.values-unaltered",
        reason: "altered",
    },
    Broken {
        name: "forgets-trade-names",
        edits: &[Edit("said(\"etablissement/nom_commercial\")", "None")],
        rule: "gw.relay.values-unaltered",
        reason: "dropped",
    },
    Broken {
        name: "asks-again-after-every-trouble",
        edits: &[Edit(
            ASKS,
            "try:\n                return resource.source(self.sources, entity)\n            \
             except sources.Trouble:\n                return resource.source(self.sources, entity)",
        )],
        rule: "gw.timeout.at-most-one-data-request",
        reason: "asked-again",
    },
    Broken {
        name: "waits-from-byte-to-byte",
        edits: &[Edit("            timer.start()\n", "")],
        rule: "gw.timeout.slow-drip-is-bounded",
        reason: "not-bounded",
    },
    Broken {
        name: "asks-one-provider-at-a-time",
        edits: &[
            Edit(
                "LINK_LIFE_S = 3600",
                "LINK_LIFE_S = 3600\nTURN = threading.Lock()",
            ),
            Edit(
                ASKS,
                "with TURN:\n                return resource.source(self.sources, entity)",
            ),
        ],
        rule: "gw.timeout.slow-provider-harms-no-other",
        reason: "others-wait",
    },
    Broken {
        name: "passes-on-what-insee-says",
        edits: &[Edit(
            "raise by_status(\"insee\", status)",
            "raise Trouble(\"insee\", \"internal\", said=body.decode(errors=\"replace\"))",
        )],
        rule: "gw.error.provider-words-do-not-leak",
        reason: "in-the-body",
    },
    Broken {
        name: "does-not-know-infogreffe-s-refusals",
        edits: &[Edit("if code in (\"006\", ", "if code in (")],
        rule: "gw.error.out-of-perimeter-is-404",
        reason: "not-404",
    },
    Broken {
        name: "takes-the-withheld-for-unknown",
        edits: &[Edit(
            "\"not found\" if status == 404 else \"undisclosed\"",
            "\"not found\"",
        )],
        rule: "gw.error.undisclosed-is-451",
        reason: "not-451",
    },
    Broken {
        name: "calls-every-trouble-infogreffe-s",
        edits: &[Edit(
            "number, name = PROVIDERS[provider]",
            "number, name = PROVIDERS[\"infogreffe\"]",
        )],
        rule: "gw.error.same-class-same-code",
        reason: "not-its-number",
    },
    Broken {
        name: "takes-refused-connections-for-late-ones",
        edits: &[Edit(
            "\"late\" if late.is_set() else \"unavailable\"",
            "\"late\"",
        )],
        rule: "gw.error.unavailable-is-503",
        reason: "not-503",
    },
    Broken {
        name: "tells-not-when-urssaf-is-done",
        edits: &[Edit("{\"retry_in\": 172_800}", "{}")],
        rule: "gw.error.acoss-under-analysis",
        reason: "wrong-retry-in",
    },
    Broken {
        name: "links-to-nothing",
        edits: &[Edit("self.papers[path] =", "self.papers[path.upper()] =")],
        rule: "gw.document.link-is-live",
        reason: "dead-link",
    },
    Broken {
        name: "gives-base64-for-a-document",
        edits: &[Edit(
            "    return paper\n\n\ndef refused_attestation",
            "    return body\n\n\ndef refused_attestation",
        )],
        rule: "gw.document.link-is-live",
        reason: "not-what-it-promises",
    },
];

const COUNTING: &[Broken] = &[
    Broken {
        name: "has-one-counter-for-all-groups",
        edits: &[
            Edit(
                "self.windows.get((token, group)",
                "self.windows.get((token, \"\")",
            ),
            Edit(
                "self.windows[token, group] = (opened",
                "self.windows[token, \"\"] = (opened",
            ),
        ],
        rule: "gw.quota.per-group",
        reason: "groups-share",
    },
    Broken {
        name: "counts-without-a-lock",
        edits: &[
            Edit(
                "self.windows[token, group] = (opened",
                "time.sleep(0.001)\n            self.windows[token, group] = (opened",
            ),
            Edit(
                "with self.lock:\n            now = time.time()",
                "if True:\n            now = time.time()",
            ),
        ],
        rule: "gw.quota.exact-under-concurrency",
        reason: "too-many",
    },
    Broken {
        name: "forgets-to-say-what-is-left-with-a-404",
        edits: &[Edit(
            "refusal.headers = {**headers, **refusal.headers}",
            "refusal.headers = refusal.headers if refusal.status == 404 else {**headers, **refusal.headers}",
        )],
        rule: "gw.quota.headers-on-every-answer",
        reason: "missing",
    },
    Broken {
        name: "forbids-whom-it-bans",
        edits: &[Edit(
            "return self.say_nothing()",
            "return self.refuse(Refusal(403, error(\"00107\", \"Adresse IP non autorisée\", \"Bannie.\")))",
        )],
        rule: "gw.ban.is-silence",
        reason: "answered",
    },
    Broken {
        name: "hangs-up-on-whom-it-bans",
        edits: &[Edit(
            "        while self.connection.recv(4096):\n            pass\n",
            "",
        )],
        rule: "gw.ban.is-silence",
        reason: "connection-ended",
    },
    Broken {
        name: "resets-whom-it-bans",
        edits: &[Edit(
            "        while self.connection.recv(4096):\n            pass\n",
            "        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b\"\\1\\0\\0\\0\\0\\0\\0\\0\")\n",
        )],
        rule: "gw.ban.is-silence",
        reason: "connection-ended",
    },
    Broken {
        name: "bans-anew-with-every-call",
        edits: &[Edit(
            "self.until.get(address, 0):\n                return False",
            "self.until.get(address, 0):\n                self.ban(address, now)\n                return False",
        )],
        rule: "gw.ban.lasts-its-term",
        reason: "did-not-end",
    },
    Broken {
        name: "knows-no-allow-list",
        edits: &[Edit(
            "return address in self.settings[\"never_banned\"]",
            "return False",
        )],
        rule: "gw.ban.allow-listed-is-spared",
        reason: "silenced",
    },
    Broken {
        name: "counts-only-calls-with-a-token",
        edits: &[Edit(
            "if not self.gateway.bans.admits(address):",
            "if \"Authorization\" in self.headers and not self.gateway.bans.admits(address):",
        )],
        rule: "gw.ban.address-limit",
        reason: "not-banned",
    },
    Broken {
        name: "is-patient-with-each-token",
        edits: &[
            Edit(
                "self.of(address, now)[\"ignored\"] += 1",
                "self.of((address, token), now)[\"ignored\"] += 1",
            ),
            Edit(
                "self.of(address, now)[\"ignored\"] > ",
                "self.of((address, token), now)[\"ignored\"] > ",
            ),
        ],
        rule: "gw.ban.ignored-429",
        reason: "per-token",
    },
    Broken {
        name: "sees-one-caller-where-a-header-names-several",
        edits: &[SAYS_THE_HEADER],
        rule: "gw.ban.spares-other-addresses",
        reason: "other-address-silenced",
    },
    Broken {
        name: "spares-nobody-whom-a-header-names",
        edits: &[SAYS_THE_HEADER],
        rule: "gw.ban.allow-listed-is-spared",
        reason: "silenced",
    },
    Broken {
        name: "sees-one-caller-where-no-header-names-any",
        edits: &[
            BELIEVES_THE_HEADER,
            Edit("if told else self.client_address[0]", "if told else \"?\""),
        ],
        rule: "gw.ban.is-silence",
        reason: "others-silenced",
    },
];

/// Where the script asks a provider.
const ASKS: &str = "return resource.source(self.sources, entity)";
