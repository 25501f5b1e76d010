//! `--tls`: what callers that speak TLS find.

use std::{fs, path::Path, process::Command};

use crate::support::{Serve, doublure, has, output, text};

struct Secured {
    serve: Serve,
    folder: tempfile::TempDir,
}

impl Secured {
    fn start(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        let option = format!("--tls-authority={}", authority.display());
        let serve = Serve::start(["--tls", &option].into_iter().chain(more.iter().copied()));
        Self { serve, folder }
    }

    fn authority(&self) -> &Path {
        Path::new(self.serve.ready["authority"].as_str().unwrap())
    }

    /// Address and port alone.
    fn place(&self) -> &str {
        self.serve.gateway().strip_prefix("https://").unwrap()
    }

    fn curl(&self, arguments: &[&str]) -> std::process::Output {
        Command::new("curl")
            .args(["-sS", "--max-time", "60", "-w", "%{http_code}", "-o"])
            .arg(self.folder.path().join("body"))
            .args(arguments)
            .output()
            .unwrap()
    }
}

#[test]
fn curl_is_answered_where_it_believes_the_written_authority_and_only_there() {
    if !has("curl") {
        return;
    }
    let secured = Secured::start(&[]);
    let authority = secured.authority().to_str().unwrap();
    let url = format!("{}/privileges", secured.serve.gateway());
    let token = format!("Authorization: Bearer {}", secured.serve.token("standard"));

    let believing = secured.curl(&["--cacert", authority, "-H", &token, &url]);
    let doubting = secured.curl(&["-H", &token, &url]);

    assert_eq!(
        text(&believing.stdout),
        "200",
        "{}",
        text(&believing.stderr)
    );
    assert_ne!(doubting.status.code(), Some(0));
}

#[test]
fn a_client_that_has_the_official_host_fixed_reaches_it() {
    if !has("curl") {
        return;
    }
    let secured = Secured::start(&[]);
    let authority = secured.authority().to_str().unwrap();
    let instead = format!("entreprise.api.gouv.fr:443:{}", secured.place());

    let older = secured.curl(&[
        "--cacert",
        authority,
        "--tls-max",
        "1.2",
        "--connect-to",
        &instead,
        "https://entreprise.api.gouv.fr/privileges",
    ]);

    assert_eq!(text(&older.stdout), "401", "{}", text(&older.stderr));
}

#[test]
fn a_gateway_is_checked_over_tls() {
    let secured = Secured::start(&[]);
    let target = secured.folder.path().join("gateway.toml");
    fs::write(
        &target,
        format!(
            "[gateway]\nkind = \"url\"\nbase_url = \"{}\"\nauthority = '{}'\n[gateway.tokens]\nstandard = \"{}\"\n",
            secured.serve.gateway(),
            secured.authority().display(),
            secured.serve.token("standard"),
        ),
    )
    .unwrap();
    let target = format!("--target={}", target.display());

    let checked = output(["check", "gateway", &target, "--only=gw.quota.*429"]);

    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
}

#[test]
fn a_recorded_run_over_tls_is_the_same_again() {
    if !has("curl") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut run = doublure([
        "run",
        "--tls",
        "--clock=manual",
        "--capture=full",
        "--journal=run.jsonl",
        "--",
        "sh",
        "-c",
        r#"curl -sS --fail --cacert "$DOUBLURE_AUTHORITY" -H "Authorization: Bearer $DOUBLURE_TOKEN" "$DOUBLURE_URL""#,
    ]);

    let ran = run.current_dir(folder.path()).output().unwrap();
    let mut replay = doublure(["replay", "run.jsonl"]);
    let replayed = replay.current_dir(folder.path()).output().unwrap();

    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert!(
        text(&replayed.stdout).contains("same: calls × 1"),
        "{}{}",
        text(&replayed.stdout),
        text(&replayed.stderr)
    );
}
