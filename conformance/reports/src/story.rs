//! The exchanges behind a verdict in words.

use std::net::SocketAddr;

use doublure_journal::{Body, Entry, Event, Hop, Moment, RequestSeen, ResponseSeen};

/// What happened, an entry a line; long stories lose their middle.
pub fn lines(evidence: &[Entry]) -> Vec<String> {
    let told: Vec<String> = evidence.iter().map(line).collect();
    if told.len() <= LONGEST {
        return told;
    }
    let (head, tail) = (&told[..LONGEST / 2], &told[told.len() - LONGEST / 2..]);
    let left_out = format!("… {} more entries …", told.len() - LONGEST);
    [head, &[left_out], tail].concat()
}

/// An event in a few words, for a drawing that shows who and when.
pub(crate) fn short(event: &Event) -> String {
    match event {
        Event::RequestSent { request, .. } | Event::RequestGot { request, .. } => {
            match (&request.provider, &request.call) {
                (Some(provider), Some(call)) => format!("{provider}: {call}"),
                _ => {
                    let path = request.target.split('?').next().unwrap_or_default();
                    format!("{} {}", request.method, ending(path))
                }
            }
        }
        Event::ResponseSent { response, .. } | Event::ResponseGot { response, .. } => {
            gist(response)
        }
        Event::ExchangeFailed { failure, .. } => word(failure),
        Event::FaultFired { effect, .. } => cut(effect, NARROW),
        other => cut(&self::event(other), 2 * NARROW),
    }
}

fn line(entry: &Entry) -> String {
    format!(
        "#{} {} {}",
        entry.index,
        time(entry.at),
        event(&entry.event)
    )
}

/// Time of the day to the millisecond.
pub(crate) fn time(at: Moment) -> String {
    let whole = at.to_string();
    whole.get(11..23).unwrap_or(&whole).to_owned()
}

fn event(event: &Event) -> String {
    match event {
        Event::RequestSent { request, .. } => format!("we ask {}", asked(request)),
        Event::RequestGot { request, .. } => match (&request.provider, &request.call) {
            (Some(provider), Some(call)) => {
                format!("{provider} is asked for {call}: {}", asked(request))
            }
            (Some(provider), None) => format!("{provider} is asked {}", asked(request)),
            (None, _) => format!("the gateway is asked {}", asked(request)),
        },
        Event::ResponseSent {
            hop: Hop::Provider,
            response,
            ..
        } => {
            format!("the provider answers {}", answer(response))
        }
        Event::ResponseSent { response, .. } => format!("the gateway answers {}", answer(response)),
        Event::ResponseGot { response, .. } => format!("we get {}", answer(response)),
        Event::ExchangeFailed { failure, .. } => {
            format!("we get no whole answer: {}", word(failure))
        }
        Event::FaultFired { fault, effect, .. } => format!("fault {fault} strikes: {effect}"),
        Event::ClockMoved { from, to } => format!("the clock is moved by {:?}", to.since(*from)),
        Event::DriverSpawned { command } => format!("the client is started: {command}"),
        Event::DriverSaid { line } => format!("the client says {}", shortened(line)),
        Event::DriverExited {
            code: Some(code), ..
        } => format!("the client ends with code {code}"),
        Event::DriverExited { code: None, killed } => {
            format!(
                "the client is ended by {}",
                if *killed { "the harness" } else { "a signal" }
            )
        }
        Event::TrialEnded { .. } => "the trial ends".to_owned(),
        other => word(&other.kind()),
    }
}

fn asked(request: &RequestSeen) -> String {
    let from = request.address.filter(elsewhere);
    let from = from.map_or_else(String::new, |address| format!(" from {}", address.ip()));
    format!("{} {}{from}", request.method, place(&request.target))
}

/// Path and query; of a long query the names alone, since the curl line has all of it.
fn place(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) if target.chars().count() > NAMES_FROM => {
            let names = query
                .split('&')
                .map(|pair| pair.split('=').next().unwrap_or(pair));
            shortened(&format!("{path}?{}", names.collect::<Vec<_>>().join("&")))
        }
        _ => shortened(target),
    }
}

fn answer(response: &ResponseSeen) -> String {
    let body = response.body.as_ref().filter(|body| !body.text.is_empty());
    let body = body.map_or_else(String::new, |body| format!(" {}", excerpt(body)));
    format!("{}{}{body}", response.status, limits(response))
}

/// What an answer says of quotas and of its age, in a few words: no body repeats that.
fn limits(response: &ResponseSeen) -> String {
    let said = |(header, word): &(&str, &str)| {
        let value = response.header(header)?;
        Some(format!("{word} {}", cut(value, NARROW)))
    };
    let told: Vec<String> = TELLING.iter().filter_map(said).collect();
    match &told[..] {
        [] => String::new(),
        told => format!(" [{}]", told.join(", ")),
    }
}

/// Status, and what a caller counts by.
fn gist(response: &ResponseSeen) -> String {
    let left = response.header("ratelimit-remaining");
    let left = left.map(|left| format!(", {} left", cut(left, NARROW)));
    let after = response.header("retry-after");
    let after = after.map(|after| format!(", retry after {}", cut(after, NARROW)));
    [Some(response.status.to_string()), left, after]
        .into_iter()
        .flatten()
        .collect()
}

fn excerpt(body: &Body) -> String {
    shortened(&body.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn shortened(text: &str) -> String {
    cut(text, WIDEST)
}

fn cut(text: &str, widest: usize) -> String {
    match text.char_indices().nth(widest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The end of a path, which tells more than its beginning.
fn ending(path: &str) -> String {
    let length = path.chars().count();
    match path.char_indices().nth(length.saturating_sub(NARROW)) {
        Some((start, _)) if start > 0 => format!("…{}", &path[start..]),
        _ => path.to_owned(),
    }
}

/// The word that stands for a value in a journal.
fn word(value: &impl serde::Serialize) -> String {
    let written = serde_json::to_value(value).unwrap_or_default();
    written.as_str().unwrap_or_default().replace('_', " ")
}

/// An address that was chosen for the trial.
fn elsewhere(address: &SocketAddr) -> bool {
    address.ip().to_string() != "127.0.0.1"
}

/// Entries that a story has at most.
const LONGEST: usize = 12;
/// Letters from which on a query is told by its names.
const NAMES_FROM: usize = 60;
/// Headers that verdicts rest on, and what they are called in a story.
const TELLING: [(&str, &str); 5] = [
    ("ratelimit-limit", "limit"),
    ("ratelimit-remaining", "remaining"),
    ("ratelimit-reset", "reset"),
    ("retry-after", "retry after"),
    ("x-response-cached", "cached"),
];
/// Letters of a body or target that stand in a line.
const WIDEST: usize = 120;
/// Letters that stand between two parties of a drawing.
const NARROW: usize = 26;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use doublure_journal::{ExchangeId, Failure};

    use super::*;

    fn entry(index: u64, event: Event) -> Entry {
        Entry {
            index,
            at: Moment::from_micros(1_768_471_217_300_000),
            event,
        }
    }

    fn sent(last: u8) -> Entry {
        entry(
            1,
            Event::RequestSent {
                exchange: ExchangeId(1),
                hop: Hop::Client,
                request: RequestSeen {
                    method: "GET".to_owned(),
                    target: "/privileges?x=1".to_owned(),
                    address: Some((Ipv4Addr::new(127, 0, 0, last), 0).into()),
                    ..RequestSeen::default()
                },
            },
        )
    }

    #[test]
    fn a_request_is_told_with_the_address_that_was_chosen_for_it() {
        assert_eq!(
            lines(&[sent(4)]),
            ["#1 10:00:17.300 we ask GET /privileges?x=1 from 127.0.0.4"]
        );
    }

    #[test]
    fn a_provider_whose_calls_have_no_names_is_told_from_the_gateway() {
        let got = |provider: Option<&str>| {
            let request = RequestSeen {
                method: "GET".to_owned(),
                target: "/privileges".to_owned(),
                provider: provider.map(str::to_owned),
                ..RequestSeen::default()
            };
            event(&Event::RequestGot {
                exchange: ExchangeId(1),
                hop: Hop::Provider,
                request,
            })
        };

        assert_eq!(got(Some("plain")), "plain is asked GET /privileges");
        assert_eq!(got(None), "the gateway is asked GET /privileges");
    }

    #[test]
    fn silence_is_told_in_words() {
        let failed = entry(
            2,
            Event::ExchangeFailed {
                exchange: ExchangeId(1),
                hop: Hop::Client,
                failure: Failure::GaveUp,
                response: None,
            },
        );

        assert_eq!(
            lines(&[failed]),
            ["#2 10:00:17.300 we get no whole answer: gave up"]
        );
    }

    #[test]
    fn a_long_body_is_cut() {
        let got = entry(
            3,
            Event::ResponseGot {
                exchange: ExchangeId(1),
                hop: Hop::Client,
                response: ResponseSeen {
                    status: 200,
                    body: Some(Body {
                        text: "é".repeat(WIDEST + 1),
                        ..Body::default()
                    }),
                    ..ResponseSeen::default()
                },
            },
        );

        assert!(lines(&[got])[0].ends_with("é…"));
    }

    #[test]
    fn a_long_story_loses_its_middle_and_says_so() {
        let evidence: Vec<Entry> = (0..100).map(|_| sent(2)).collect();

        let told = lines(&evidence);

        assert_eq!(told.len(), LONGEST + 1);
        assert_eq!(told[LONGEST / 2], "… 88 more entries …");
    }

    #[test]
    fn a_long_query_is_told_by_its_names() {
        let target =
            "/v3/insee/sirene/unites_legales/418166096?context=Essai&recipient=13002526500013";

        assert_eq!(
            place(target),
            "/v3/insee/sirene/unites_legales/418166096?context&recipient"
        );
        assert_eq!(place("/x?a=b"), "/x?a=b");
    }

    #[test]
    fn an_answer_is_told_with_what_it_says_of_quotas() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let response = ResponseSeen {
            status: 429,
            headers: vec![
                header("Retry-After", "7"),
                header("RateLimit-Limit", "50"),
                header("Content-Type", "application/json"),
            ],
            body: None,
        };

        assert_eq!(answer(&response), "429 [limit 50, retry after 7]");
        assert_eq!(gist(&response), "429, retry after 7");
    }
}
