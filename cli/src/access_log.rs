//! A line per call, with the faults that fired in it.

use std::{sync::Arc, time::Duration};

use anstyle::Style;
use doublure_kernel::AccessLine;

use crate::terminal::{ERROR, FAINT, GOOD, Terminal, WARNING};

/// Told of every call once it is over.
pub(crate) type AccessLog = Arc<dyn Fn(&AccessLine) + Send + Sync>;

/// One that writes to the terminal.
pub(crate) fn access_log(terminal: &Terminal) -> AccessLog {
    let terminal = terminal.clone();
    Arc::new(move |line| terminal.note(rendered(line)))
}

fn rendered(line: &AccessLine) -> String {
    let style = style_of(line.status);
    let status = line
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut told = format!(
        "{FAINT}{at}{FAINT:#} {peer} {method} {target} {style}{status}{style:#} {took}",
        at = line.at,
        peer = line.peer.ip(),
        method = line.method,
        target = line.target,
        took = short(line.took),
    );
    for fault in &line.faults {
        told += &format!(" {WARNING}fault {fault}{WARNING:#}");
    }
    told
}

fn style_of(status: Option<u16>) -> Style {
    match status {
        Some(200..=299) => GOOD,
        Some(300..=499) => WARNING,
        _ => ERROR,
    }
}

fn short(took: Duration) -> String {
    match took.as_micros() {
        micros @ 0..10_000 => format!("{:.1}ms", micros as f64 / 1_000.0),
        micros @ 10_000..1_000_000 => format!("{}ms", micros / 1_000),
        _ => format!("{:.1}s", took.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use doublure_journal::{ExchangeId, Moment};

    use super::*;

    fn line() -> AccessLine {
        AccessLine {
            exchange: ExchangeId(1),
            at: Moment::from_unix_seconds(1_768_471_200),
            peer: "127.0.0.1:50000".parse().unwrap(),
            method: "GET".into(),
            target: "/v3/insee/sirene/unites_legales/418166096".into(),
            status: Some(200),
            took: Duration::from_micros(3_200),
            faults: Vec::new(),
        }
    }

    fn plain(line: &AccessLine) -> String {
        anstream::adapter::strip_str(&rendered(line)).to_string()
    }

    #[test]
    fn a_call_is_told_with_its_moment_caller_target_status_and_time() {
        assert_eq!(
            plain(&line()),
            "2026-01-15T10:00:00.000000Z 127.0.0.1 GET /v3/insee/sirene/unites_legales/418166096 200 3.2ms"
        );
    }

    #[test]
    fn every_fault_that_fired_is_named() {
        let struck = AccessLine {
            status: None,
            took: Duration::from_secs(10),
            faults: vec!["insee-silent".into(), "client-cut".into()],
            ..line()
        };

        let told = plain(&struck);

        assert!(
            told.ends_with("no answer 10.0s fault insee-silent fault client-cut"),
            "{told}"
        );
    }
}
