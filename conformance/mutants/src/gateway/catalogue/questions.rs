//! Gateways that answer bad questions wrongly.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "bad-syntax-is-not-found",
        breaks: "Answers 404 to what it cannot read.",
        how: How::Sabotage(Sabotage::Status { from: 400, to: 404 }),
        kills: &[("gw.error.bad-syntax-is-400", "not-400")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-anything",
        breaks: "Answers 200 to parameters that are malformed or missing.",
        how: How::Sabotage(Sabotage::Status { from: 422, to: 200 }),
        kills: &[
            (MALFORMED, "not-422"),
            (TRACE, "accepted"),
            (RECIPIENT, "not-422"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "does-not-name-the-identifier",
        breaks: "Does not say which parameter is malformed.",
        how: How::Sabotage(text(r#""parameter":"siren""#, r#""field":"siren""#)),
        kills: &[(MALFORMED, "not-at-its-parameter")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "does-not-name-the-object",
        breaks: "Calls the parameter that says why a call is made otherwise.",
        how: How::Sabotage(text(r#""parameter":"object""#, r#""parameter":"objet""#)),
        kills: &[(TRACE, "not-named")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "does-not-name-the-recipient",
        breaks: "Calls the parameter that says for whom a call is made otherwise.",
        how: How::Sabotage(text(
            r#""parameter":"recipient""#,
            r#""parameter":"destinataire""#,
        )),
        kills: &[(RECIPIENT, "not-at-recipient")],
        collateral: &[TRACE],
        ..Mutant::COMMON
    },
    Mutant {
        name: "nothing-is-missing",
        breaks: "Answers 200 where there is nothing.",
        how: How::Sabotage(Sabotage::Status { from: 404, to: 200 }),
        kills: &[
            ("gw.error.not-found-is-404", "not-404"),
            ("gw.error.out-of-perimeter-is-404", "not-404"),
            (VERSION, "unknown-version"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "withheld-is-not-found",
        breaks: "Answers 404 for what is disclosed to nobody.",
        how: How::Sabotage(Sabotage::Status { from: 451, to: 404 }),
        kills: &[("gw.error.undisclosed-is-451", "not-451")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "every-version-is-gone",
        breaks: "Answers 410 where it should relay.",
        how: How::Sabotage(Sabotage::Status { from: 200, to: 410 }),
        kills: &[(VERSION, "version-gone")],
        collateral: &[SHAPE],
        ..Mutant::COMMON
    },
    Mutant {
        name: "error-without-list",
        breaks: "Writes refusals in a shape of its own.",
        how: How::Sabotage(text(r#""errors":"#, r#""error":"#)),
        kills: &[(SHAPE, "no-errors")],
        collateral: &[MALFORMED, TRACE, RECIPIENT],
        ..Mutant::COMMON
    },
    Mutant {
        name: "page-for-who-has-no-token",
        breaks: "Refuses with a page for people who shows no token.",
        how: How::Sabotage(Sabotage::PageAt(401)),
        kills: &[(SHAPE, "no-errors")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "page-for-who-has-no-right",
        breaks: "Refuses with a page for people who has no right.",
        how: How::Sabotage(Sabotage::PageAt(403)),
        kills: &[(SHAPE, "no-errors")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "page-for-a-failure",
        breaks: "Answers with a page for people where a provider failed.",
        how: How::Sabotage(Sabotage::PageAt(502)),
        kills: &[(SHAPE, "no-errors")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "older-refusal-in-its-own-words",
        breaks: "Calls the list of errors of version 2 otherwise.",
        how: How::Sabotage(text(r#""errors":[""#, r#""erreurs":[""#)),
        editions: &[Edition::Documented],
        kills: &[(SHAPE, "no-errors")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "makes-up-an-object",
        breaks: "Takes a call that says for whom and in what frame, but not why.",
        how: How::Sabotage(Sabotage::MakesUp("object")),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "makes-up-a-recipient",
        breaks: "Takes a call that says why and in what frame, but not for whom.",
        how: How::Sabotage(Sabotage::MakesUp("recipient")),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-an-empty-recipient",
        breaks: "Takes a call that names its recipient, and leaves it empty.",
        how: How::Sabotage(Sabotage::StatusAt("recipient=&", 200)),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-an-empty-context",
        breaks: "Takes a call that names its frame, and leaves it empty.",
        how: How::Sabotage(Sabotage::StatusAt("?context=&", 200)),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-an-empty-object",
        breaks: "Takes a call that names its reason, and leaves it empty.",
        how: How::Sabotage(Sabotage::StatusAt("?object=&context", 200)),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-two-empty-objects",
        breaks: "Takes a call that names its reason twice, and leaves it empty twice.",
        how: How::Sabotage(Sabotage::StatusAt("?object=&object=&", 200)),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-the-name-of-an-object",
        breaks: "Takes a call that names its reason without a sign behind.",
        how: How::Sabotage(Sabotage::StatusAt("?object&", 200)),
        kills: &[(TRACE, "accepted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-anything-in-its-fourth-version",
        breaks: "Takes calls of version 4 that do not say why.",
        how: How::Sabotage(Sabotage::StatusAt("/v4/", 200)),
        kills: &[(TRACE, "accepted"), (RECIPIENT, "not-422")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-anything-in-its-second-version",
        breaks: "Takes calls of version 2 that do not say why.",
        how: How::Sabotage(Sabotage::StatusAt("/v2/", 200)),
        kills: &[(TRACE, "accepted")],
        editions: &[Edition::Documented],
        collateral: &["gw.error.not-found-is-404"],
        ..Mutant::COMMON
    },
    Mutant {
        name: "does-not-name-the-context",
        breaks: "Calls the parameter that says in what frame a call is made otherwise.",
        how: How::Sabotage(text(
            r#""parameter":"context""#,
            r#""parameter":"contexte""#,
        )),
        kills: &[(TRACE, "not-named")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-a-siren-for-a-siret",
        breaks: "Takes a recipient of nine digits.",
        how: How::Sabotage(Sabotage::StatusAt("recipient=130025265&", 200)),
        kills: &[(RECIPIENT, "not-422")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-a-longer-siret",
        breaks: "Takes a recipient of fifteen digits.",
        how: How::Sabotage(Sabotage::StatusAt("recipient=130025265000130&", 200)),
        kills: &[(RECIPIENT, "not-422")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-any-fourteen-digits",
        breaks: "Takes a recipient of fourteen digits, whatever they are.",
        how: How::Sabotage(Sabotage::StatusAt("recipient=13002526500014&", 200)),
        kills: &[(RECIPIENT, "any-fourteen-digits")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "invites-who-asks",
        breaks: "Lets the page that asks read its answers, whosever it is.",
        how: How::Sabotage(Sabotage::Says(
            "access-control-allow-origin",
            "https://exemple.fr",
        )),
        kills: &[("gw.cors.no-browser-call", "allows-another-origin")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "code-of-four-digits",
        breaks: "Leaves the first digit of codes out.",
        how: How::Sabotage(text(r#""code":"0"#, r#""code":""#)),
        kills: &[(SHAPE, "bad-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "error-without-title",
        breaks: "Calls the title of an error otherwise.",
        how: How::Sabotage(text(r#""title":"#, r#""titre":"#)),
        kills: &[(SHAPE, "member-missing")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "invites-browsers",
        breaks: "Lets every origin read its answers.",
        how: How::Sabotage(Sabotage::Adds("access-control-allow-origin", "*")),
        kills: &[("gw.cors.no-browser-call", "allows-another-origin")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "judges-older-tracing",
        breaks: "Refuses a recipient that is no SIRET in version 2 too.",
        how: How::Sabotage(Sabotage::StatusAt("recipient=SGMAP", 422)),
        editions: &[Edition::Documented, Edition::DocumentedV2],
        kills: &[("gw.trace.v-two-values-are-not-judged", "refused")],
        ..Mutant::COMMON
    },
];

const fn text(from: &'static str, to: &'static str) -> Sabotage {
    Sabotage::Text { from, to }
}

const MALFORMED: &str = "gw.error.malformed-is-422";
const SHAPE: &str = "gw.error.one-shape";
const TRACE: &str = "gw.trace.missing-parameter-is-refused";
const RECIPIENT: &str = "gw.trace.recipient-is-a-siret";
const VERSION: &str = "gw.version.old-and-new-live-together";
