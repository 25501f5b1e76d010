//! GIP-MDS: numbers of staff, one entry for each scheme and month (facts 154).

use bytes::Bytes;
use doublure_journal::Moment;
use http::{Method, Response};
use jiff::fmt::strtime;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    sources::{Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// The call for the staff of a company over a year.
pub(crate) const ANNUELS: Ask = Ask::of(GRANT.host, "effectifs-annuels", |way, question| {
    Box::pin(ask(way, question))
});

/// The call for the staff of an establishment in a month, and in those before it.
pub(crate) const MENSUELS: Ask = Ask::of(GRANT.host, "effectifs-mensuels", |way, question| {
    Box::pin(ask(way, question))
});

/// What was declared under one scheme for one year or month.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `RA` or `RG`.
    pub(crate) source: String,
    /// `A01` … `M04`.
    pub(crate) nature: String,
    /// `20231231`.
    pub(crate) periode: String,
    /// `12.34`, or `NC` where nothing was declared.
    pub(crate) effectifs: String,
    /// Day of the last change.
    #[serde(rename = "miseAJourRCD")]
    pub(crate) updated: Option<String>,
}

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let now = way.session.clock().now();
    let path = format!(
        "/rcd-api/1.0.0/effectifs?codeOPSDemandeur=00000DINUM&dateHeure={now}&source=RA;RG{}",
        asked_for(&question)
    );
    let get = || request(Method::GET, GRANT.host, &path);
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await;
    let answer = answer.map_err(|trouble| match trouble.class {
        Class::Passing => Trouble {
            class: STRANGER,
            ..trouble
        },
        _ => trouble,
    });
    Ok(read(&answer?, now)?.into())
}

fn asked_for(question: &Question<'_>) -> String {
    let given = |name| question.arguments.value(name);
    let year = given("year").unwrap_or_default();
    let kind = match given("nature_effectif") {
        Some("boeth") => 2,
        Some("ecap") => 3,
        Some("assujettissement_oeth") => 4,
        // What is none of the four is the usual one.
        _ => 1,
    };
    let entity = question.entity;
    match given("month") {
        None => format!("&nature=A0{kind}&siren={entity}&periode={year}1231"),
        Some(month) => {
            let depth = given("profondeur").map(|depth| format!("&profondeurHistorique={depth}"));
            let depth = depth.unwrap_or_default();
            format!("&nature=M0{kind}&siret={entity}&periode={year}{month}01{depth}")
        }
    }
}

/// The entries in an answer: both schemes are there, and something was declared.
pub(crate) fn entries(body: &Bytes) -> Result<Vec<Entry>, Trouble> {
    let unknown = || Trouble::said(Class::Unknown, body);
    let answer: Value = serde_json::from_slice(body).map_err(|_| unknown())?;
    if answer
        .get("code")
        .is_some_and(|code| code == "KO_TECHNIQUE")
    {
        return Err(Trouble::said(LOCKED, body));
    }
    let entries: Vec<Entry> = serde_json::from_value(answer).map_err(|_| unknown())?;
    let has = |source| entries.iter().any(|entry| entry.source == source);
    if !has("RA") || !has("RG") {
        return Err(unknown());
    }
    if entries.iter().all(|entry| entry.effectifs == "NC") {
        return Err(Trouble::said(Class::NotFound, body));
    }
    Ok(entries)
}

fn read(answer: &Response<Bytes>, now: Moment) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        204 | 404 => Err(Trouble::said(Class::NotFound, body)),
        401 | 403 => Err(Trouble::said(STRANGER, body)),
        429 => Err(Trouble {
            retry_in: next_access(body).map(|next| next.saturating_sub(now.unix_seconds())),
            ..Trouble::said(THROTTLED, body)
        }),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

/// The Unix second from which calls are taken again: `nextAccessTime=2023-Oct-12 20:43:00+0000 UTC`.
fn next_access(body: &Bytes) -> Option<u64> {
    let form = std::str::from_utf8(body).ok()?;
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let (_, text) = pairs.find(|(name, _)| *name == "nextAccessTime")?;
    let text = text.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().ok()?;
    let moment = strtime::parse("%Y-%b-%d %H:%M:%S%z UTC", &*text).ok()?;
    u64::try_from(moment.to_timestamp().ok()?.as_second()).ok()
}

/// It cannot read the file of the company.
const LOCKED: Class = Class::Own("501");
/// It does not accept our credentials.
const STRANGER: Class = Class::Own("502");
/// We called more often than it permits.
const THROTTLED: Class = Class::Own("503");

const GRANT: Grant = Grant::oauth2(
    "gip_mds",
    "grant_type=client_credentials&client_id=doublure&client_secret=secret",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;

    /// 2023-10-12T20:42:00Z.
    const NOW: Moment = Moment::from_unix_seconds(1_697_143_320);

    fn trouble(status: u16, body: &'static str) -> Trouble {
        let body = Bytes::from_static(body.as_bytes());
        let answer = Response::builder().status(status).body(body).unwrap();
        read(&answer, NOW).unwrap_err()
    }

    fn query(ask: Ask, arguments: &Arguments) -> String {
        asked_for(&Question {
            call: ask.call,
            entity: "1",
            arguments,
            file: "",
        })
    }

    #[test]
    fn a_year_or_a_month_is_asked_for_in_its_own_nature() {
        let year = Arguments::such([("year", "2023"), ("nature_effectif", "boeth")]);
        let month = Arguments::such([("year", "2023"), ("month", "06"), ("profondeur", "2")]);

        assert_eq!(
            query(ANNUELS, &year),
            "&nature=A02&siren=1&periode=20231231"
        );
        assert_eq!(
            query(MENSUELS, &month),
            "&nature=M01&siret=1&periode=20230601&profondeurHistorique=2"
        );
    }

    #[test]
    fn its_refusals_have_codes_of_their_own() {
        assert_eq!(trouble(404, "").class, Class::NotFound);
        assert_eq!(trouble(204, "").class, Class::NotFound);
        assert_eq!(trouble(403, "").class, STRANGER);
        assert_eq!(trouble(500, "<html>").class, Class::Internal);
        assert_eq!(trouble(503, "<html>").class, Class::Unavailable);
    }

    #[test]
    fn who_calls_too_often_is_told_when_to_come_back() {
        let told = trouble(
            429,
            "message=x&nextAccessTime=2023-Oct-12+20%3A43%3A00%2B0000+UTC",
        );
        let untold = trouble(429, "nextAccessTime=tomorrow");

        assert_eq!((told.class, told.retry_in), (THROTTLED, Some(60)));
        assert_eq!((untold.class, untold.retry_in), (THROTTLED, None));
    }

    #[test]
    fn both_schemes_must_be_there_and_one_of_them_must_say_something() {
        let entry = |source: &str, staff: &str| {
            format!(
                r#"{{"source":"{source}","nature":"A01","periode":"20231231","effectifs":"{staff}"}}"#
            )
        };
        let class = |body: String| entries(&body.into()).map_err(|trouble| trouble.class);
        let both = |staff| class(format!("[{},{}]", entry("RA", "NC"), entry("RG", staff)));

        assert_eq!(both("1.00").unwrap().len(), 2);
        assert_eq!(both("NC"), Err(Class::NotFound));
        assert_eq!(
            class(format!("[{}]", entry("RA", "1"))),
            Err(Class::Unknown)
        );
        assert_eq!(class(r#"{"code":"KO_TECHNIQUE"}"#.to_owned()), Err(LOCKED));
        assert_eq!(class("<html>".to_owned()), Err(Class::Unknown));
    }
}
