//! What a run came to, where and in the forms that were asked for.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, ValueEnum};
use doublure_reports::{
    github, html, json, junit,
    terminal::{self, Paper},
};
use doublure_rules::{ExitCode, Run};
use doublure_suites::catalogue;

use crate::{
    baseline::BaselineArgs,
    exit::{Exit, Failure, Outcome},
    terminal::Terminal,
};

/// In which forms, and where to.
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// A form of report (terminal, json, junit, html, github), into a file where one is named; may be given several times
    #[arg(long, value_name = "FORM[=FILE]", default_value = "terminal")]
    report: Vec<Wanted>,

    /// Write the report into a file, as --report FORM=FILE does; what came of it is then told on the terminal as well
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    baseline: BaselineArgs,
}

/// A report that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    form: Form,
    file: Option<PathBuf>,
}

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people, failures first
    Terminal,
    /// For programs
    Json,
    /// For continuous integration
    Junit,
    /// For people, drawn
    Html,
    /// Annotations for GitHub Actions, and a summary of the step
    Github,
}

impl ReportArgs {
    /// Writes the reports, with what the baseline excuses; gives the code that the run means.
    ///
    /// # Errors
    /// A file cannot be read or written, or two reports want the terminal for themselves.
    pub(crate) fn write(&self, mut run: Run, words: &Terminal) -> Outcome {
        let wanted = self.wanted()?;
        run.advise(catalogue::mend);
        self.baseline.settle(&mut run)?;
        let run = &run;
        let (told, written): (Vec<&Wanted>, Vec<&Wanted>) =
            wanted.iter().partition(|report| report.file.is_none());
        for report in written {
            report.write(run)?;
        }
        for report in &told {
            let text = report.form.rendered(run, words.paper())?;
            words.answer(text.trim_end())?;
        }
        if told.is_empty() {
            words.answer(terminal::render(run, words.paper()).trim_end())?;
        }
        if wanted.iter().any(|report| report.form == Form::Github) {
            summarise(run, env::var_os(STEP_SUMMARY).map(PathBuf::from).as_deref())?;
        }
        Ok(run.exit_code().into())
    }

    /// What is wanted, with the file of `--output` in its place.
    fn wanted(&self) -> Result<Vec<Wanted>, Failure> {
        let mut wanted = self.report.clone();
        if let Some(file) = &self.output {
            match &mut wanted[..] {
                [
                    Wanted {
                        file: place @ None, ..
                    },
                ] => *place = Some(file.clone()),
                _ => {
                    return Err(Failure::new("--output names the file of one report")
                        .help("name the file of each with --report FORM=FILE"));
                }
            }
        }
        let alone = |report: &&Wanted| report.file.is_none() && !report.form.is_lines();
        let told = wanted.iter().filter(|report| report.file.is_none()).count();
        match wanted.iter().find(alone) {
            Some(report) if told > 1 => Err(Failure::new(format!(
                "{} wants the terminal for itself",
                report.form.name()
            ))
            .help(format!(
                "give it a file: --report {}=FILE",
                report.form.name()
            ))),
            _ => Ok(wanted),
        }
    }
}

impl Wanted {
    fn write(&self, run: &Run) -> Result<(), Failure> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        fs::write(file, self.form.rendered(run, Paper::PLAIN)?).map_err(|error| {
            Failure::new(format!("cannot write {}: {error}", file.display()))
                .help("choose another file")
        })
    }
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file has no name".to_owned()),
            Some((form, file)) => (form, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let form = Form::from_str(form, false).map_err(|_| {
            let forms: Vec<&str> = Form::value_variants()
                .iter()
                .map(|form| form.name())
                .collect();
            format!("there is no form `{form}`; there are {}", forms.join(", "))
        })?;
        Ok(Self { form, file })
    }
}

impl Form {
    fn rendered(self, run: &Run, paper: Paper) -> Result<String, Failure> {
        match self {
            Self::Terminal => Ok(terminal::render(run, paper)),
            Self::Json => json::render(run).map_err(Failure::new),
            Self::Junit => junit::render(run).map_err(Failure::new),
            Self::Html => html::render(run).map_err(Failure::new),
            Self::Github => Ok(github::annotations(run)),
        }
    }

    /// Whether it is made of lines that may stand among others.
    const fn is_lines(self) -> bool {
        matches!(self, Self::Terminal | Self::Github)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Html => "html",
            Self::Github => "github",
        }
    }
}

/// Adds the summary of the step where GitHub Actions named a file for it.
fn summarise(run: &Run, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else {
        return Ok(());
    };
    append(file, &github::summary(run))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(text.as_bytes())
}

/// Names the file that GitHub Actions shows under a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

impl From<ExitCode> for Exit {
    fn from(code: ExitCode) -> Self {
        match code {
            ExitCode::Conforms => Self::DONE,
            ExitCode::Nonconformity => Self::NONCONFORMITY,
            ExitCode::HarnessError => Self::MISUSE,
            ExitCode::Incomplete => Self::INCOMPLETE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(reports: &[&str], output: Option<PathBuf>) -> ReportArgs {
        ReportArgs {
            report: reports.iter().map(|text| text.parse().unwrap()).collect(),
            output,
            baseline: BaselineArgs::default(),
        }
    }

    fn written(args: &ReportArgs) -> (Exit, String) {
        let (terminal, written) = Terminal::in_memory();
        let exit = args.write(Run::default(), &terminal).unwrap();
        (exit, written.answers())
    }

    fn refused(args: &ReportArgs) -> String {
        let (terminal, _) = Terminal::in_memory();
        args.write(Run::default(), &terminal)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn each_form_is_what_it_is_called() {
        let [json, junit, html] =
            ["json", "junit", "html"].map(|form| written(&args(&[form], None)).1);

        assert!(
            serde_json::from_str::<serde_json::Value>(&json).is_ok(),
            "{json}"
        );
        assert!(junit.starts_with("<?xml"), "{junit}");
        assert!(html.starts_with("<!doctype html>"), "{html}");
    }

    #[test]
    fn a_form_says_its_own_name() {
        for form in Form::value_variants() {
            assert_eq!(Form::from_str(form.name(), false), Ok(*form));
        }
    }

    #[test]
    fn a_file_gets_the_form_and_the_terminal_the_outcome() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");

        let (_, told) = written(&args(&["json"], Some(file.clone())));

        let json = fs::read_to_string(file).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&json).is_ok(),
            "{json}"
        );
        assert_eq!(told, written(&args(&["terminal"], None)).1);
    }

    #[test]
    fn one_run_is_told_in_several_forms() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let wanted = [
            format!("junit={}", place("report.xml").display()),
            format!("html={}", place("report.html").display()),
            "terminal".to_owned(),
            "github".to_owned(),
        ];

        let (_, told) = written(&args(&wanted.each_ref().map(String::as_str), None));

        assert!(place("report.xml").exists() && place("report.html").exists());
        assert!(told.contains("the harness failed"), "{told}");
    }

    #[test]
    fn two_documents_do_not_share_the_terminal() {
        let problem = refused(&args(&["json", "terminal"], None));

        assert!(
            problem.contains("json wants the terminal for itself"),
            "{problem}"
        );
    }

    #[test]
    fn one_file_does_not_hold_two_reports() {
        let problem = refused(&args(&["json", "html"], Some("report".into())));

        assert!(
            problem.contains("--output names the file of one report"),
            "{problem}"
        );
    }

    #[test]
    fn a_form_that_does_not_exist_is_refused_with_those_that_do() {
        let problem = "pdf=report.pdf".parse::<Wanted>().unwrap_err();

        assert_eq!(
            problem,
            "there is no form `pdf`; there are terminal, json, junit, html, github"
        );
        assert!("json=".parse::<Wanted>().is_err());
    }

    #[test]
    fn a_summary_is_added_to_what_the_step_has_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary.md");
        fs::write(&file, "before\n").unwrap();

        summarise(&Run::default(), Some(&file)).unwrap();

        let summary = fs::read_to_string(file).unwrap();
        assert!(summary.starts_with("before\n## "), "{summary}");
    }

    #[test]
    fn the_numbers_of_the_exit_codes_are_those_of_the_rules() {
        for code in [
            ExitCode::Conforms,
            ExitCode::Nonconformity,
            ExitCode::HarnessError,
            ExitCode::Incomplete,
        ] {
            let exit: std::process::ExitCode = Exit::from(code).into();

            assert_eq!(exit, std::process::ExitCode::from(code.code()));
        }
    }
}
