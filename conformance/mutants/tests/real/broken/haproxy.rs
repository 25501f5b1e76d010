//! HAProxy with a configuration that is wrong in one way.

use super::{Broken, each_is_seen};
use crate::{gateway::Edit, haproxy::HAPROXY};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mistake_in_its_configuration_is_seen_by_its_rule() {
    each_is_seen(&HAPROXY, BROKEN).await;
}

const BROKEN: &[Broken] = &[
    Broken {
        name: "limit-is-one-more",
        edits: &[Edit(":json:250:", ":json:251:")],
        rule: "gw.quota.json-group",
        reason: "more-calls",
    },
    Broken {
        name: "windows-end-on-the-half-minute",
        edits: &[
            Edit("var(txn.now),div(60)", "var(txn.now),add(30),div(60)"),
            Edit("add(1),mul(60)", "add(1),mul(60),sub(30)"),
        ],
        rule: "gw.quota.window-opens-at-first-call",
        reason: "other-reset",
    },
    Broken {
        name: "waits-too-long",
        edits: &[Edit(":json:250:2000", ":json:250:2600")],
        rule: "gw.timeout.not-much-after-deadline",
        reason: "after-the-deadline",
    },
    Broken {
        name: "waits-from-piece-to-piece",
        edits: &[Edit("    http-response wait-for-body time 60s\n", "")],
        rule: "gw.timeout.slow-drip-is-bounded",
        reason: "not-bounded",
    },
    Broken {
        name: "asks-again",
        edits: &[Edit(
            "retries 0",
            "retries 3\n    retry-on all-retryable-errors",
        )],
        rule: "gw.timeout.at-most-one-data-request",
        reason: "asked-again",
    },
    Broken {
        name: "forbids-whom-it-bans",
        edits: &[
            Edit(
                "http-request tarpit if { src,table_gpt0(banned) gt 0 }",
                "http-request deny status 403 if { src,table_gpt0(banned) gt 0 }",
            ),
            Edit(
                "http-request tarpit if too-many",
                "http-request deny status 403 if too-many",
            ),
        ],
        rule: "gw.ban.is-silence",
        reason: "answered",
    },
    Broken {
        name: "bans-for-less",
        edits: &[Edit("expire 20s store gpt0", "expire 16s store gpt0")],
        rule: "gw.ban.lasts-its-term",
        reason: "ended-early",
    },
    Broken {
        name: "tells-of-one-call-more",
        edits: &[Edit(
            "var(txn.limit),sub(txn.used)",
            "var(txn.limit),sub(txn.used),add(1)",
        )],
        rule: "gw.quota.history-is-explained",
        reason: "one-answer-contradicts-it",
    },
    Broken {
        name: "tells-not-what-is-left",
        edits: &[Edit(
            "set-header RateLimit-Remaining",
            "set-header X-Remaining",
        )],
        rule: "gw.quota.headers-on-every-answer",
        reason: "missing",
    },
    Broken {
        name: "tells-not-how-long-to-wait",
        edits: &[Edit(" hdr Retry-After %[var(txn.wait)]", "")],
        rule: "gw.quota.retry-after-is-the-truth",
        reason: "no-retry-after",
    },
    Broken {
        name: "believes-every-signature",
        edits: &[Edit("!is-hs256 or !is-signed or ", "!is-hs256 or ")],
        rule: "gw.auth.missing-or-forged-gives-401",
        reason: "not-401",
    },
    Broken {
        name: "believes-tokens-for-ever",
        edits: &[Edit("if is-over\n", "if FALSE\n")],
        rule: "gw.auth.expired-gives-401",
        reason: "not-401",
    },
    Broken {
        name: "refuses-with-a-page",
        edits: &[Edit(
            "lf-string '{\"errors\":[%[var(txn.amiss)]]}'",
            "string '<html><h1>422</h1></html>'",
        )],
        rule: "gw.error.one-shape",
        reason: "no-errors",
    },
    Broken {
        name: "invites-browsers",
        edits: &[Edit(
            "    http-request del-header Authorization",
            "    http-request del-header Authorization\n    http-after-response set-header Access-Control-Allow-Origin *",
        )],
        rule: "gw.cors.no-browser-call",
        reason: "allows-another-origin",
    },
    Broken {
        name: "serves-the-same-call-twice",
        edits: &[Edit("sc_conn_cur(2) gt 1", "sc_conn_cur(2) gt 2")],
        rule: "gw.conflict.same-call-running-gives-409",
        reason: "not-409",
    },
];
