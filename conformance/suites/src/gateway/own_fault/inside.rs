//! Words that only the inside of a program has: traces, paths, names of exceptions.

/// The first piece of a text that tells of the inside of a program.
pub(super) fn told(text: &str) -> Option<String> {
    let named = TRACES.iter().find(|trace| text.contains(**trace));
    named
        .map(|trace| (*trace).to_owned())
        .or_else(|| frames(text).next())
        .or_else(|| words(text).find(|word| is_place(word) || is_exception(word)))
}

/// Lines that name a frame of a stack, as `at Gateway.call (gateway.js:12)`; a break may be written out.
fn frames(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split('\n').flat_map(|line| line.split("\\n"));
    lines
        .map(str::trim)
        .filter(|line| line.starts_with("at ") && line.contains('(') && line.contains(')'))
        .map(str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| letter.is_whitespace() || "\"'`()[]{}<>,;".contains(letter))
        .map(|word| word.trim_end_matches(['.', ':']))
        .map(str::to_owned)
}

/// A path of the machine, or a line of a source file, as `app.rb:12`.
fn is_place(word: &str) -> bool {
    let in_a_folder = FOLDERS.iter().any(|folder| word.starts_with(folder));
    let at_a_line = SOURCES.iter().any(|source| {
        word.split_once(source).is_some_and(|(file, line)| {
            !file.is_empty() && line.starts_with(|c: char| c.is_ascii_digit())
        })
    });
    in_a_folder || at_a_line
}

/// A name of the kind of `NoMethodError`, perhaps with modules before it.
fn is_exception(word: &str) -> bool {
    let name = word.rsplit(['.', ':']).next().unwrap_or_default();
    let kind = name
        .strip_suffix("Error")
        .or_else(|| name.strip_suffix("Exception"));
    kind.is_some_and(|kind| {
        kind.starts_with(|first: char| first.is_ascii_uppercase())
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

const TRACES: [&str; 4] = [
    "Traceback (most recent call last)",
    "panicked at",
    "goroutine ",
    "stack backtrace",
];
const FOLDERS: [&str; 9] = [
    "/usr/", "/home/", "/var/", "/srv/", "/opt/", "/root/", "/tmp/", "/etc/", "C:\\",
];
const SOURCES: [&str; 9] = [
    ".rb:", ".rs:", ".py:", ".js:", ".ts:", ".go:", ".php:", ".java:", ".lua:",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_paths_and_exceptions_are_told_apart_from_what_callers_are_told() {
        for text in [
            "undefined method `siren' for nil (NoMethodError)",
            "java.lang.NullPointerException: null",
            "GatewayApp::UpstreamError",
            "app/controllers/base.rb:12:in `call'",
            "{\"path\":\"/srv/gateway/current/lib\"}",
            "at handle (server.js:4:1)",
            "500\\n    at Layer.handle (layer)\\n",
            "thread 'main' panicked at 'index out of bounds'",
            "Traceback (most recent call last):",
        ] {
            assert!(told(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_a_caller_may_be_told_is_none_of_it() {
        for text in [
            r#"{"errors":[{"code":"00500","title":"Erreur interne","detail":"Une erreur s'est produite.","meta":{}}]}"#,
            "Internal Server Error",
            "Error",
            "application/json; charset=utf-8",
            "/v3/insee/sirene/unites_legales/987654324",
            "Thu, 15 Jan 2026 10:00:17 GMT",
            "rendez-vous at (demain)",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
