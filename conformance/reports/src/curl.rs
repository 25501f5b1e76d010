//! A command line that asks the same again.

use std::fmt::Write;

use doublure_journal::{Entry, Event, Hop, RequestSeen};
use doublure_rules::Repeat;

/// A command that sends the last request of the evidence again; none where nothing was asked over the client hop.
///
/// Where the target is gone after the run, its place and token stand in `DOUBLURE_BASE_URL` and `DOUBLURE_TOKEN`.
pub fn line(evidence: &[Entry], again: &Repeat) -> Option<String> {
    let asked = evidence.iter().rev().find_map(|entry| match &entry.event {
        Event::RequestSent {
            hop: Hop::Client,
            request,
            ..
        } => Some(request),
        _ => None,
    })?;
    let mut command = "curl -i".to_owned();
    if asked.target.contains(['[', ']', '{', '}']) {
        command.push_str(" --globoff");
    }
    // Writing into a string cannot fail.
    let _ = method(asked, &mut command)
        .and_then(|()| caller(asked, &mut command))
        .and_then(|()| headers(asked, again, &mut command))
        .and_then(|()| place(asked, again, &mut command));
    Some(command)
}

fn method(asked: &RequestSeen, out: &mut String) -> std::fmt::Result {
    match asked.method.as_str() {
        "GET" => Ok(()),
        "HEAD" => write!(out, " --head"),
        method => write!(out, " -X {method}"),
    }
}

/// The address it came from, unless it only said so in a header, or it is what the system chooses.
fn caller(asked: &RequestSeen, out: &mut String) -> std::fmt::Result {
    let Some(address) = asked.address.map(|address| address.ip().to_string()) else {
        return Ok(());
    };
    let said = asked.headers.iter().any(|(_, value)| *value == address);
    if said || address == "127.0.0.1" {
        return Ok(());
    }
    write!(out, " --interface {address}")
}

fn headers(asked: &RequestSeen, again: &Repeat, out: &mut String) -> std::fmt::Result {
    if let Some(name) = &asked.token {
        write!(
            out,
            " -H \"Authorization: Bearer ${}\"",
            variable(name, again)
        )?;
    }
    for (name, value) in &asked.headers {
        write!(out, " -H {}", quoted(&format!("{name}: {value}")))?;
    }
    if let Some(file) = &again.authority {
        write!(out, " --cacert {}", quoted(file))?;
    }
    Ok(())
}

fn place(asked: &RequestSeen, again: &Repeat, out: &mut String) -> std::fmt::Result {
    match &again.base_url {
        _ if !asked.target.starts_with('/') => write!(out, " {}", quoted(&asked.target)),
        Some(base) => {
            let whole = format!("{}{}", base.trim_end_matches('/'), asked.target);
            write!(out, " {}", quoted(&whole))
        }
        None if asked.target.contains(['"', '$', '`', '\\']) => {
            write!(out, " \"$DOUBLURE_BASE_URL\"{}", quoted(&asked.target))
        }
        None => write!(out, " \"$DOUBLURE_BASE_URL{}\"", asked.target),
    }
}

/// The variable that holds a token: the one that the target file names, or one called after the token.
fn variable(name: &str, again: &Repeat) -> String {
    if let Some(known) = again.variables.get(name) {
        return known.clone();
    }
    let called = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => letter.to_ascii_uppercase(),
        _ => '_',
    };
    match name {
        "standard" => "DOUBLURE_TOKEN".to_owned(),
        other => format!(
            "DOUBLURE_TOKEN_{}",
            other.chars().map(called).collect::<String>()
        ),
    }
}

/// A word of a shell, whatever stands in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, net::Ipv4Addr, process::Command};

    use doublure_journal::{ExchangeId, Moment};

    use super::*;

    fn told(request: RequestSeen, again: &Repeat) -> String {
        let entry = Entry {
            index: 1,
            at: Moment::from_micros(1_768_471_217_300_000),
            event: Event::RequestSent {
                exchange: ExchangeId(1),
                hop: Hop::Client,
                request,
            },
        };
        line(&[entry], again).unwrap()
    }

    fn asked(target: &str) -> RequestSeen {
        RequestSeen {
            method: "GET".to_owned(),
            target: target.to_owned(),
            token: Some("standard".to_owned()),
            ..RequestSeen::default()
        }
    }

    fn somewhere() -> Repeat {
        Repeat {
            base_url: Some("https://gateway.test/api/".to_owned()),
            variables: BTreeMap::from([("standard".to_owned(), "GATEWAY_TOKEN".to_owned())]),
            authority: Some("my authority.pem".to_owned()),
        }
    }

    #[test]
    fn a_target_that_is_still_there_is_asked_where_it_is_with_the_token_of_its_file() {
        assert_eq!(
            told(asked("/privileges"), &somewhere()),
            "curl -i -H \"Authorization: Bearer $GATEWAY_TOKEN\" --cacert 'my authority.pem' \
             'https://gateway.test/api/privileges'"
        );
    }

    #[test]
    fn a_target_that_is_gone_is_a_variable_and_so_is_its_token() {
        let other = RequestSeen {
            token: Some("second".to_owned()),
            ..asked("/privileges?a=b")
        };

        assert_eq!(
            told(other, &Repeat::default()),
            "curl -i -H \"Authorization: Bearer $DOUBLURE_TOKEN_SECOND\" \"$DOUBLURE_BASE_URL/privileges?a=b\""
        );
    }

    #[test]
    fn method_headers_and_the_calling_address_are_repeated() {
        let from = |last| Some((Ipv4Addr::new(127, 0, 0, last), 0).into());
        let request = RequestSeen {
            method: "OPTIONS".to_owned(),
            address: from(4),
            token: None,
            headers: vec![("Origin".to_owned(), "https://it's.test".to_owned())],
            ..asked("/x")
        };
        let usual = RequestSeen {
            address: from(1),
            ..asked("/x")
        };
        let said = RequestSeen {
            address: from(9),
            headers: vec![("X-Forwarded-For".to_owned(), "127.0.0.9".to_owned())],
            ..asked("/x")
        };

        let told = [request, usual, said].map(|request| told(request, &Repeat::default()));

        assert!(
            told[0].starts_with(
                r"curl -i -X OPTIONS --interface 127.0.0.4 -H 'Origin: https://it'\''s.test'"
            ),
            "{told:?}"
        );
        assert!(!told[1].contains("--interface"), "{told:?}");
        assert!(!told[2].contains("--interface"), "{told:?}");
    }

    #[test]
    fn a_link_to_elsewhere_is_asked_there() {
        let link = RequestSeen {
            token: None,
            ..asked("http://127.0.0.1:9/siade/x.pdf")
        };

        assert_eq!(
            told(link, &somewhere()),
            "curl -i --cacert 'my authority.pem' 'http://127.0.0.1:9/siade/x.pdf'"
        );
    }

    #[test]
    fn a_shell_reads_back_what_was_asked_letter_by_letter() {
        let target = "/a?b=100%&c=$HOME`x`\\\"'{1,2}[3]&d=é";
        let line = told(asked(target), &somewhere()).replacen("curl", "printf '%s\\n'", 1);

        let read = Command::new("sh")
            .args(["-c", &line])
            .env("GATEWAY_TOKEN", "a b")
            .output()
            .unwrap();

        let words = String::from_utf8(read.stdout).unwrap();
        let words: Vec<&str> = words.lines().collect();
        assert!(words.contains(&"Authorization: Bearer a b"), "{words:?}");
        let whole = format!("https://gateway.test/api{target}");
        assert_eq!(words.last(), Some(&whole.as_str()));
    }

    #[test]
    fn nothing_asked_over_the_client_hop_gives_no_line() {
        assert_eq!(line(&[], &Repeat::default()), None);
    }
}
