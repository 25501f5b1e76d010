//! `doublure check gateway` on a gateway of somebody else whose clock is moved: `doublure serve` stands in for it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    process::Output,
    thread,
};

use serde_json::Value;

use crate::support::{Serve, output, text};

#[test]
fn twelve_hours_pass_in_no_time_on_a_clock_that_can_be_moved() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run");
    let recording = recording.to_str().unwrap();
    let ports = free_ports().to_string();
    let serve = Serve::start(["--upstream-ports", &ports]);
    let clock = format!("{}\n{}", posted(&serve), providers(&ports));
    let only = PASSED.map(|rule| format!("--only={rule}"));
    let only: Vec<&str> = only.iter().map(String::as_str).collect();
    let options = [&["--report=json", "--record", recording], &only[..]].concat();

    let first = check(&serve, &clock, &options);
    let again = output([&["judge", recording, "--report=json"], &only[..]].concat());

    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    let report: Value = serde_json::from_slice(&first.stdout).unwrap();
    for rule in PASSED {
        assert_eq!(outcome(&report, rule), "pass", "{rule}");
    }
    assert!(again.stdout == first.stdout, "{}", text(&again.stderr));
    // The clock was moved over the life of a token, and stays there.
    let now = text(&serve.command(&["clock", "show"]).stdout);
    let later = check(&serve, &clock, &[TERM]);
    assert_eq!(later.status.code(), Some(0), "at {now}: {}", told(&later));
}

#[test]
fn a_ban_that_ends_a_minute_early_is_seen_over_twelve_hours() {
    let serve = Serve::start(["--override=ban-term=719m"]);

    let output = check(&serve, &by_command(&serve), &[TERM]);

    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("FAIL  gw.ban.lasts-its-term"), "{told}");
    assert!(told.contains("ended-early"), "{told}");
}

#[test]
fn a_ban_that_lasts_a_minute_longer_is_seen_over_twelve_hours() {
    let serve = Serve::start(["--override=ban-term=721m"]);

    let output = check(&serve, &by_command(&serve), &[TERM]);

    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("did-not-end"), "{told}");
}

#[test]
fn a_hook_that_moves_nothing_is_told_and_no_ban_is_blamed_for_it() {
    let serve = Serve::start([]);
    let by_milliseconds = posted(&serve).replace("{ms}", "{seconds}");

    for hook in ["command = [\"true\", \"{seconds}\"]", &by_milliseconds] {
        let output = check(&serve, hook, &[TERM, "--only=gw.quota.window-ends"]);

        let told = told(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("is not where it was moved to"), "{told}");
        assert!(!told.contains("FAIL"), "{told}");
    }
}

#[test]
fn a_hook_that_fails_is_told_with_what_it_said() {
    let serve = Serve::start([]);
    let broken = answers_500();
    let posted = format!("advance = \"http://{broken}/clock\"\nbody = \"{{ms}}\"");
    let command = "command = [\"sh\", \"-c\", \"echo no such clock >&2; exit 3\", \"{seconds}\"]";

    let refused = check(&serve, &posted, &[TERM]);
    let failed = check(&serve, command, &[TERM]);

    for output in [&refused, &failed] {
        assert_eq!(output.status.code(), Some(2), "{}", told(output));
        assert!(!told(output).contains("FAIL"), "{}", told(output));
    }
    // Where a line is full, the report goes on in the next one.
    let words = |output| {
        told(output)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (refused, failed) = (words(&refused), words(&failed));
    assert!(refused.contains("answered 500 out of order"), "{refused}");
    assert!(failed.contains("exit status: 3: no such clock"), "{failed}");
}

#[test]
fn a_clock_that_stands_still_between_its_moves_is_told_as_what_it_is() {
    let serve = Serve::start(["--clock=manual=2030-01-01T00:00:00Z"]);

    let output = check(&serve, &posted(&serve), &[TERM]);

    let told = told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("stands still"), "{told}");
}

#[test]
fn a_ban_on_a_clock_that_nothing_moves_is_a_mistake_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.toml");
    fs::write(&file, "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:9\"\ntokens.standard = \"x\"\nban.mode = \"clock\"\n").unwrap();

    let output = output(["check", "gateway", "--target", file.to_str().unwrap()]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("gateway.toml:5, `gateway.ban.mode`"),
        "{told}"
    );
    assert!(told.contains("[gateway.clock]"), "{told}");
}

/// Checks the gateway of `serve`, whose clock is moved by this.
fn check(serve: &Serve, clock: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.toml");
    let base_url = serve.gateway();
    let target = format!(
        "[gateway]\nkind = \"url\"\nbase_url = \"{base_url}\"\n\
         [gateway.mint]\nsecret = \"doublure-signs-tokens-of-play-with-this-public-secret\"\n\
         [gateway.clock]\n{clock}\n\
         [gateway.ban]\nmode = \"clock\"\n"
    );
    fs::write(&file, target).unwrap();
    let target = ["check", "gateway", "--target", file.to_str().unwrap()];
    output(target.iter().chain(options))
}

/// As `doublure control clock advance` asks for it.
fn posted(serve: &Serve) -> String {
    let control = serve.control();
    format!("advance = \"{control}/sessions/main/clock/advance\"\nbody = '{{\"by_ms\": {{ms}}}}'")
}

fn by_command(serve: &Serve) -> String {
    let words = [
        env!("CARGO_BIN_EXE_doublure"),
        "control",
        "clock",
        "advance",
        "{seconds}s",
        "--control",
        serve.control(),
    ];
    format!("command = {words:?}")
}

/// Where the gateway looks for its providers, with this port below all of theirs.
fn providers(ports: &str) -> String {
    let ports: u16 = ports.parse().unwrap();
    let table = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/contract/providers.tsv"
    );
    let table = fs::read_to_string(table).unwrap();
    let rows = table.lines().skip(1).map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let port = ports + cells[2].parse::<u16>().unwrap();
        format!("{} = \"127.0.0.1:{port}\"\n", cells[0])
    });
    format!("[gateway.providers]\n{}", rows.collect::<String>())
}

/// A port above which a hundred are free, below those that the system gives to others.
fn free_ports() -> u16 {
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
    // Two runs at once begin their search apart.
    let first = u16::try_from(std::process::id() % 100).unwrap();
    let mut bases = (0..100).map(|nth| 20_000 + (first + nth) % 100 * 100);
    bases
        .find(|base| (*base..base + 100).all(is_free))
        .expect("a hundred free ports in a row")
}

/// A server that answers everything with 500.
fn answers_500() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4_096]);
            let answer = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 12\r\nConnection: close\r\n\r\nout of order";
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

fn told(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

fn outcome<'a>(report: &'a Value, rule: &str) -> &'a str {
    let rules = report["rules"].as_array().unwrap();
    let found = rules.iter().find(|known| known["id"] == rule).unwrap();
    found["verdict"]["outcome"].as_str().unwrap()
}

const TERM: &str = "--only=gw.ban.lasts-its-term";
/// What takes hours, minutes or months of the target's time.
const PASSED: [&str; 7] = [
    "gw.ban.lasts-its-term",
    "gw.quota.window-ends",
    "gw.quota.retry-after-is-the-truth",
    "gw.quota.history-is-explained",
    "gw.auth.expired-gives-401",
    "gw.document.link-is-live-then-expires",
    "gw.ban.ignored-429",
];
