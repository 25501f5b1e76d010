//! Scenario files.
//!
//! ```yaml
//! about: INSEE answers after nine seconds, just in time.
//! serves: [gw.timeout.not-before-deadline]
//! faults:
//!   - when: { provider: insee }
//!     delay: 9s
//! ```
//!
//! That is a whole file. The faults are tried in order; the first that fits an
//! exchange strikes it, alone. `faults: []` says that nothing goes wrong.
//!
//! | field of the file | means | when missing |
//! |---|---|---|
//! | `about` | what it plays, in a sentence or two | nothing is said |
//! | `serves` | ids of the rules that it serves | none |
//! | `include` | scenarios whose faults come after these: of the library, or files beside this one: `[slow-provider, ./mine.yaml]` | none |
//! | `overrides` | numbers and manners of the gateway, in a session made with it: `{ quota-limit: 3, ban-term: 10min }` | the edition's |
//! | `faults` | what goes wrong | nothing; may be missing only beside `include` or `overrides` |
//!
//! | field of a fault | means | when missing |
//! |---|---|---|
//! | `name` | how the journal calls it | `fault-1`, `fault-2`, … by its place |
//! | `on` | `provider`: between gateway and provider; `client`: between caller and gateway | `provider` |
//! | `when` | which exchanges, all conditions together | every one |
//! | `delay` | how long to wait first: `500ms`, `9s`, `1min`, `12h`, or drawn anew each time | not at all |
//! | `then` | what happens | `pass`, which then needs a `delay` |
//! | `enters` | the state that the session is in from then on | it stays in the one that it is in |
//!
//! | condition | hop | fits |
//! |---|---|---|
//! | `provider: insee` | provider | calls to this provider |
//! | `call: unite-legale` | provider | this call of a provider |
//! | `operation: api_entreprise_v3_…` | client | calls of this operation |
//! | `token: standard` | client | calls with the token of this name |
//! | `address: 127.0.0.2` | client | calls from this address |
//! | `entity: 418166096` | both | exchanges about this SIREN or SIRET, quoted or not |
//! | `header: { X-Trial: bad }` | client | calls with this header of exactly this value; several must all come |
//! | `window: { from: "2026-01-15T10:00:00Z", to: … }` | both | what is asked from then on, and before then; one end may be missing |
//! | `hours: "22:04-22:08"` | both | what is asked at these hours of any day, in Paris time, summer time included |
//! | `nth: 2` | both | only the second exchange that fits all else |
//! | `every: 3` | both | only the third, the sixth, the ninth, … that fit all else |
//! | `first: 3` | both | only the first three that fit all else |
//! | `sequence: [1, 2, 5]` | both | only the first, the second and the fifth that fit all else |
//! | `state: down` | both | only while the scenario is in this state; it begins in `initial`, and a fault that strikes may enter another. Each of several scenarios that are composed has its own states: from outside, that of `flapping` is called `flapping.down`. Two files that mean one and the same call it by a name with a dot: `site.down` |
//! | `share: 0.5` | both | half of those that fit all else, drawn from the seed |
//!
//! | `then` | does |
//! |---|---|
//! | `pass` | nothing; an exception where it stands before a wider fault |
//! | `silence` | the request is read and never answered |
//! | `close`, `reset` | the connection ends (FIN, RST) instead of an answer |
//! | `refuse`, `unreachable` | no connection comes about: nobody listens, nobody answers. Only `provider`, `address` (client hop), a time, a count, `state` and `share` can trigger it |
//! | `unresolvable` | the same at the connector of our gateway (provider hop); somebody else resolves names without us, and meets a reset |
//! | `slow-tls` | the greeting of TLS begins only after the `delay`; without TLS, the request is read only then. Triggered as `refuse` is |
//! | `{ symptom: unavailable }` | the provider says so in its own dialect; [`crate::Symptom`] lists them. On the client hop the gateway has one, `internal-error`: it fails by itself; `bad-file-late` is said by silence |
//! | `garbage` | something that is no HTTP comes instead of an answer |
//! | `{ wrong-length: 5 }` | `Content-Length` promises 5 bytes more than come; `-5`: 5 fewer |
//! | `{ damage: empty }` | the answer without its body |
//! | `{ damage: invalid-utf-8 }` | the answer with a byte that UTF-8 does not have |
//! | `{ damage: not-what-it-says }` | a picture comes under the media type of the answer |
//! | `{ damage: { media-type: text/html } }` | the answer under another media type |
//! | `{ damage: { remove: /data/siren } }` | the answer without this field of its JSON |
//! | `{ damage: { nullify: /data/siren } }` | this field is null |
//! | `{ damage: { rename: /data/siren, to: numero } }` | this field has another name |
//! | `{ damage: { add: /data/neuf, value: "[1, 2]" } }` | a field more, or another value; what is no JSON is a text |
//! | `{ cut: 20 }` | the answer ends after so many bytes of its body |
//! | `{ drip: 1s }` | the answer comes a byte at a time; as long as a `delay`, drawn or not |
//! | `{ drip: { every: 100ms, bytes: 500 } }` | the answer comes in pieces of so many bytes |
//! | `{ answer: { status: 500, headers: { Content-Type: text/html }, body: "…" } }` | this answer instead; headers and body may be missing |
//!
//! Towards somebody else's gateway, and towards clients, `refuse` closes the listener, and `unreachable` leaves what would
//! open a connection without an answer, for as long as the fault is in force. Where each connection is decided for
//! itself (a share, a count, a `delay`, `enters`; `refuse` by `address`) it has come about by then: a refusal is a reset
//! at once, `unreachable` is silence from the start of it, and so is every `unreachable` where the system has no filters
//! at listeners (all but Linux). An exception before it that looks at the request (`when: { call: login }`) leaves every
//! request to be read first; what it does not spare is reset, or never answered.
//!
//! | `delay` | waits |
//! |---|---|
//! | `9s` | always as long |
//! | `{ uniform: [1s, 3s] }` | between these two, all alike |
//! | `{ normal: { mean: 2s, sd: 500ms } }` | around the mean, two thirds no farther than `sd`; never less than nothing |
//! | `{ log-normal: { median: 200ms, p99: 4s } }` | as latencies do: half are shorter than `median`, one in a hundred longer than `p99` |
//! | `{ table: { p50: 200ms, p90: 1s, p99.9: 8s } }` | as was measured: half no longer than `p50`, and so on; between two rows on the line between them |
//!
//! Each drawn delay may have a bound, `{ uniform: [1s, 3s], at-most: 2s }`: what is longer is cut down to it. Like
//! `share` it is drawn from the seed, in whole microseconds; the journal names what was drawn.
//!
//! Damage is done to the answer that would have come, whatever its status. One that has no such field goes out as it
//! is, and the journal notes it.
//!
//! A file with an error is refused as a whole, and all its errors are told at
//! once: line, column, field, what is wrong, what would be right.

mod damage;
mod delay;
mod effect;
mod fault;
mod field;
mod findings;
mod header;
mod include;
mod lint;
mod overrides;
mod tree;
mod when;
mod write;

pub use self::findings::instead;
pub(crate) use self::{
    delay::FIELDS as DELAYS, effect::DRIP, fault::FIELDS as FAULT_FIELDS,
    overrides::NAMES as OVERRIDES, when::CONDITIONS,
};
use self::{field::Field, findings::Findings, include::Reading, tree::Node};
use crate::{
    Fault, Files, Names, Scenario, ScenarioError, SourceFile, files::NoFiles, states::Sets,
};

impl Scenario {
    /// Reads a scenario file. `name` is the file's name without its ending; `names` knows what may be spoken of.
    ///
    /// # Errors
    /// Everything that is wrong with it; then nothing of it is of use.
    pub fn parse(name: &str, text: &str, names: &dyn Names) -> Result<Self, ScenarioError> {
        let alone = SourceFile {
            origin: name.to_owned(),
            id: name.to_owned(),
            text: text.to_owned(),
        };
        include::read_file(name, &alone, &Reading::new(names, &NoFiles))
    }

    /// Reads a scenario file that may include others, each by its path from the file that includes it. The scenario's
    /// text then holds all of them.
    ///
    /// # Errors
    /// The same, also of a file that is included.
    pub fn parse_file(
        file: &SourceFile,
        names: &dyn Names,
        files: &dyn Files,
    ) -> Result<Self, ScenarioError> {
        include::read_file(&file.name(), file, &Reading::new(names, files))
    }

    /// The scenario as a scenario file: reads back as the same faults.
    pub fn to_yaml(&self) -> String {
        write::write(self)
    }

    /// What a reader should know though it is no error: every step whose outcome depends on the order of arrival.
    pub fn warnings(&self) -> Vec<String> {
        lint::warnings(self)
    }
}

impl Fault {
    /// Reads one fault as it stands in the list of a scenario file; without a `name` it is called `name`.
    ///
    /// # Errors
    /// Everything that is wrong with it; then nothing of it is of use.
    pub fn parse(name: &str, text: &str, names: &dyn Names) -> Result<Self, ScenarioError> {
        let mut findings = Findings::default();
        let root = tree::parse(text)?.ok_or_else(|| start().error(NO_FAULT))?;
        let fault = fault::read(
            &Field::root(&root),
            || name.to_owned(),
            names,
            &mut findings,
        );
        let fault = findings.clear(fault)?;
        // Where nothing is wrong, everything was read.
        fault.ok_or_else(|| start().error(NO_FAULT))
    }

    /// The fault as it stands in the list of a scenario file, on one line: reads back as the same.
    pub fn to_yaml(&self) -> String {
        write::write_alone(self)
    }
}

fn read(root: &Node, reading: &Reading<'_>, findings: &mut Findings) -> Scenario {
    let root = Field::root(root);
    let Some(fields) = root.fields(&FILE_FIELDS, findings) else {
        return Scenario::default();
    };
    let about = fields.get("about");
    let serves = fields.get("serves");
    let (faults, include) = (fields.get("faults"), fields.get("include"));
    let overrides = fields.get("overrides");
    let does_something = faults.is_some() || include.is_some() || overrides.is_some();
    if !does_something && findings.len() == 0 {
        root.wrong(findings, NOTHING);
    }
    let mut scenario = Scenario {
        about: about
            .and_then(|about| about.text("a sentence", findings))
            .unwrap_or_default()
            .to_owned(),
        serves: serves
            .map(|serves| rules(&serves, findings))
            .unwrap_or_default(),
        overrides: overrides
            .map(|overrides| overrides::read(&overrides, findings))
            .unwrap_or_default(),
        faults: faults
            .map(|faults| read_faults(&faults, reading.names, findings))
            .unwrap_or_default(),
        ..Scenario::default()
    };
    let included = include.map(|include| include::read(&include, reading, findings));
    let mut sets = Sets::default();
    for mut other in included.into_iter().flatten() {
        sets.separate(&mut other);
        scenario.add(other);
    }
    scenario
}

fn rules(serves: &Field<'_>, findings: &mut Findings) -> Vec<String> {
    let items = serves
        .list("a list of rule ids", findings)
        .unwrap_or_default();
    let read = |item: Field<'_>| item.read("a rule id", findings, rule_id);
    items.into_iter().filter_map(read).collect()
}

fn rule_id(text: &str) -> Result<String, String> {
    let role = text.split('.').next().unwrap_or_default();
    let spelt = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
    if spelt && ROLES.contains(&role) && text.len() > role.len() + 1 {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text}` is no rule id: one looks like `gw.timeout.not-before-deadline`, its role is one of {}",
        ROLES.join(", ")
    ))
}

fn read_faults(list: &Field<'_>, names: &dyn Names, findings: &mut Findings) -> Vec<Fault> {
    let before = findings.len();
    let mut faults: Vec<(Fault, Field<'_>)> = Vec::new();
    let items = list.list("a list of faults", findings).unwrap_or_default();
    for (index, item) in items.into_iter().enumerate() {
        let name = || format!("fault-{}", index + 1);
        let Some(fault) = fault::read(&item, name, names, findings) else {
            continue;
        };
        if faults.iter().any(|(known, _)| known.name == fault.name) {
            let problem = format!(
                "two faults are called `{}`: give each its own name",
                fault.name
            );
            item.at(&["name"]).wrong(findings, problem);
        }
        faults.push((fault, item));
    }
    // What is wrong by itself would only be told twice.
    if findings.len() == before {
        lint::check_states(&faults, findings);
    }
    faults.into_iter().map(|(fault, _)| fault).collect()
}

const fn start() -> findings::Place {
    findings::Place {
        line: 1,
        column: 1,
        width: 1,
    }
}

fn empty() -> ScenarioError {
    start().error(format!("the file is empty: {NOTHING}"))
}

/// Fields of a file.
pub(crate) const FILE_FIELDS: [&str; 5] = ["about", "serves", "include", "overrides", "faults"];

/// Effects without and with a value.
pub(crate) const EFFECTS: ([&str; 9], [&str; 6]) = (effect::words(), effect::valued());

/// Damages without and with a value.
pub(crate) const DAMAGES: ([&str; 3], [&str; 5]) = (damage::WORDS, damage::VALUED);

const NOTHING: &str =
    "a scenario needs `faults`; write `faults: []` where nothing is meant to go wrong";

const NO_FAULT: &str = "a fault needs a `delay`, a `then`, or both, such as `then: silence`";

/// The roles a rule can speak of: gateway, client, provider, load.
const ROLES: [&str; 4] = ["gw", "cl", "pr", "ld"];

#[cfg(test)]
mod tests;
