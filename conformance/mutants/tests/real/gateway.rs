//! Puts a gateway that nobody here wrote to the test of every rule, and holds what is said of it against its table.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use doublure_control::{Client, timed};
use doublure_rules::{Role, Rule, Run};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{Heading, Target, check};

use crate::{
    process::Process,
    verdicts::{Said, amiss, doubtful, renewed, table},
};

/// A program of a distribution, made a gateway by a configuration or a script of ours.
///
/// Beside its configuration stand `NAME.toml`, the target file, and `NAME.verdicts.tsv`.
pub(crate) struct RealGateway {
    /// The name of its files.
    pub(crate) name: &'static str,
    /// Its program.
    pub(crate) program: &'static str,
    /// Its configuration; every `127.0.0.1:PORT` that the target file names, too, is replaced by a free address.
    pub(crate) configuration: &'static str,
    /// More files that its configuration reads.
    pub(crate) beside: &'static [&'static str],
    /// How the program is started in the foreground, in a folder, with a configuration.
    pub(crate) start: fn(program: &Path, folder: &Path, configuration: &Path) -> Command,
}

impl RealGateway {
    /// Judges it by every rule and compares; with `DOUBLURE_UPDATE` set it writes the verdicts of the table anew.
    pub(crate) async fn is_judged_as_written_down(&self) {
        let Some(program) = installed(self.program) else {
            println!("skipped: {} is not installed", self.program);
            return;
        };
        let file = here(&format!("{}.verdicts.tsv", self.name));
        let mut expected = table(&fs::read_to_string(&file).unwrap_or_default());
        let mut said = self.judged(&program, &[], &[]).await;
        for _ in 0..MORE_TRIES {
            // What is said otherwise than expected is asked again before it fails a build: this machine may be busy.
            let doubtful = doubtful(&expected, &said);
            if doubtful.is_empty() {
                break;
            }
            let again = self.judged(&program, &doubtful, &[]).await;
            said.iter_mut().for_each(|said| {
                let newer = again.iter().find(|again| again.rule == said.rule);
                said.clone_from(newer.unwrap_or(&said.clone()));
            });
        }
        if env::var_os("DOUBLURE_UPDATE").is_some() {
            let text = renewed(&expected, &said);
            fs::write(&file, &text).unwrap();
            expected = table(&text);
        }
        let amiss = amiss(&expected, &said);
        let file = file.display();
        assert!(
            amiss.is_empty(),
            "not as {file} says (DOUBLURE_UPDATE=1 writes the verdicts anew, why is for you to say):\n{}",
            amiss.join("\n")
        );
    }

    /// What is said of some rules once its files are edited; none where the program is not installed.
    pub(crate) async fn judged_when_edited(
        &self,
        edits: &[Edit],
        rules: &[&str],
    ) -> Option<Vec<Said>> {
        let Some(program) = installed(self.program) else {
            println!("skipped: {} is not installed", self.program);
            return None;
        };
        let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
        Some(self.judged(&program, &rules, edits).await)
    }

    /// What is said of these rules, or of all if there are none, in a run with a process of its own.
    async fn judged(&self, program: &Path, rules: &[String], edits: &[Edit]) -> Vec<Said> {
        let wanted = |rule: &Rule| rules.is_empty() || rules.iter().any(|id| id == rule.id);
        let target_file = format!("{}.toml", self.name);
        let names = [self.configuration]
            .into_iter()
            .chain(self.beside.iter().copied())
            .chain([target_file.as_str()]);
        let mut files: Vec<(&str, String)> = names
            .map(|name| (name, fs::read_to_string(here(name)).unwrap()))
            .collect();
        edits.iter().for_each(|edit| edit.make(&mut files));
        let process = Process::start(program, self.start, &files).await;
        let target = Target::read(&process.file(&target_file), |_| None).unwrap();
        let run = carried_out(&target, self.name, &wanted).await;
        assert!(
            run.failures.is_empty(),
            "{:#?}\n{}",
            run.failures,
            process.said()
        );
        run.judgements.iter().map(Said::of).collect()
    }
}

/// A run of the rules that are wanted.
pub(crate) async fn carried_out(
    target: &Target,
    name: &str,
    wanted: &dyn Fn(&Rule) -> bool,
) -> Run {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let gateway = target.gateway(Client::new(stage.control()));
    let heading = Heading {
        role: Role::Gateway,
        target: name.to_owned(),
        edition: target.edition().to_string(),
        side_by_side: target.runs_side_by_side(),
        // What comes out otherwise than expected is asked again here.
        retries: 0,
    };
    let mut run = Run::default();
    let lasted = timed(async {
        run = check::gateway_by(&gateway, &heading, wanted, &mut |_| ()).await;
    })
    .await;
    stage.close().await;
    // Told, never asserted: a busy machine is no defect.
    println!("{name}: {} rules in {lasted:?}", run.judgements.len());
    run
}

/// A text in the files of a gateway, and what takes its place wherever it stands.
pub(crate) struct Edit(pub(crate) &'static str, pub(crate) &'static str);

impl Edit {
    fn make(&self, files: &mut [(&str, String)]) {
        let Self(old, new) = self;
        assert!(
            files.iter().any(|(_, text)| text.contains(old)),
            "nothing says `{old}` any more"
        );
        for (_, text) in files {
            *text = text.replace(old, new);
        }
    }
}

/// A program of this machine; where servers are kept, too, which not everybody's path names.
fn installed(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = env::split_paths(&path).collect();
    places.push(PathBuf::from("/usr/sbin"));
    let mut files = places.into_iter().map(|place| place.join(program));
    files.find(|file| file.is_file())
}

/// A file beside this one.
pub(crate) fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/real")
        .join(name)
}

/// How often what is said otherwise than expected is asked again.
const MORE_TRIES: u32 = 2;
