use super::*;

fn read(text: &str) -> Result<Target, TargetError> {
    let env = |name: &str| (name == "TOKEN").then(|| "secret".to_owned());
    Target::parse(Path::new("target.toml"), text, env)
}

fn refusal(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn the_simulated_gateway_needs_one_line() {
    let target = read("[gateway]\nkind = \"simulated\"\n").unwrap();

    assert_eq!(target.edition(), Edition::Documented);
    assert!(target.runs_side_by_side());
}

#[test]
fn the_template_is_a_target_file_and_explains_every_field() {
    let env = |_: &str| Some("secret".to_owned());
    let with_all = Target::TEMPLATE
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") || rest.starts_with('['))
                .unwrap_or(line)
        })
        // There is no such file, and callers are told in one way only.
        .filter(|line| !line.starts_with("authority") && !line.starts_with("forwarded_for"))
        // A clock is moved in one way.
        .filter(|line| !line.starts_with("command"))
        .collect::<Vec<_>>()
        .join("\n");

    let as_it_is = Target::parse(Path::new("template.toml"), Target::TEMPLATE, env).unwrap();
    let all = Target::parse(Path::new("template.toml"), &with_all, env).unwrap();

    assert_eq!(as_it_is.upstreams().count(), 3);
    let edition = as_it_is.edition();
    let numbers = crate::declared::gateway(&doublure_fixtures::Contract::built_in(), edition);
    let declared = &all.gateway.declared;
    // The term that is waited for outweighs the one that only is declared.
    assert_eq!(declared.ban_term_ms, Some(70_000));
    assert_eq!(declared.address_limit, Some(numbers.address_limit));
    assert_eq!(declared.address_window_ms, Some(numbers.address_window_ms));
    assert_eq!(declared.ignored_429_limit, Some(numbers.ignored_429_limit));
    assert_eq!(declared.quota_window_ms, Some(numbers.quota_window_ms));
    assert_eq!(
        declared.quota_window_start,
        Some(numbers.quota_window_start)
    );
    assert_eq!(declared.quota_limits["json"], numbers.quota_limits["json"]);
    assert_eq!(declared.never_banned.len(), 1);
    assert!(declared.own_fault_path.is_some());
    assert_eq!(declared.long_run_calls, Some(1_000));
    assert_eq!(declared.host_names.len(), 1);
    assert_eq!(all.gateway.tokens.len(), 3);
    assert_eq!(all.mint.unwrap().secret, "secret");
    assert!(matches!(all.hook, Some(Hook::Post { .. })));
    // What it shows is what holds where nothing is said.
    assert_eq!(all.gateway.patience, Patience::default());
    assert!(all.offer.supports.contains(&Capability::BanTerm));
    assert_eq!(all.callers, Callers::Listed(all.gateway.source_addresses));
}

#[test]
fn overrides_and_declared_numbers_are_read() {
    let target = read(
        "[gateway]\nkind = \"simulated\"\nedition = \"observed\"\n\
         [gateway.overrides]\nprovider_deadline_ms = 20000\n\
         [gateway.declared]\nban_term_ms = 1000\n",
    )
    .unwrap();

    assert_eq!(target.edition(), Edition::Observed);
    assert_eq!(target.gateway.overrides.provider_deadline_ms, Some(20_000));
    assert_eq!(target.gateway.declared.ban_term_ms, Some(1_000));
}

#[test]
fn tokens_come_from_the_environment() {
    let target = read(
        "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n\
         tokens = { standard = \"env:TOKEN\", other = \"plain\" }\n",
    )
    .unwrap();

    assert_eq!(target.gateway.tokens["standard"], "secret");
    assert_eq!(target.gateway.tokens["other"], "plain");
    assert!(!target.runs_side_by_side());
}

#[test]
fn who_knows_the_secret_names_no_token() {
    let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n";
    let minting = "[gateway.mint]\nsecret = \"env:TOKEN\"\n";

    let target = read(&format!("{url}{minting}")).unwrap();

    assert_eq!(target.mint.unwrap().secret, "secret");
    insta::assert_snapshot!(refusal(&format!("[gateway]\nkind = \"simulated\"\n{minting}")), @"target.toml:3, `gateway.mint`: a simulated gateway mints its own tokens: leave it out");
}

#[test]
fn who_calls_and_what_of_a_ban_is_seen_is_checked_by_field() {
    let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\ntokens.standard = \"x\"\n";
    let refusal = |more: &str| refusal(&format!("{url}{more}"));

    let local = read(&format!("{url}ban.mode = \"onset-only\"\n")).unwrap();

    assert!(local.offer.supports.contains(&Capability::Addresses));
    assert!(!local.offer.supports.contains(&Capability::BanTerm));
    insta::assert_snapshot!(refusal("source_addresses = [\"127.0.0.2\"]\n"), @"target.toml:5, `gateway.source_addresses`: 1 listed, 5 needed: who calls as usual, two that are banned, and one beside each");
    insta::assert_snapshot!(refusal("forwarded_for = \"X Forwarded\"\n"), @"target.toml:5, `gateway.forwarded_for`: `X Forwarded` is no name of a header: write it as X-Forwarded-For");
    insta::assert_snapshot!(refusal("ban = { mode = \"scaled\" }\n"), @"target.toml:5, `gateway.ban.term_ms`: missing: a ban of mode `scaled` lasts a declared time, as term_ms = 70000");
    insta::assert_snapshot!(refusal("[gateway.ban]\nmode = \"scaled\"\nterm_ms = 20000\n"), @"target.toml:7, `gateway.ban.term_ms`: a ban of 20000 ends while what brought it about still counts, in a window of 60000: ban for more than 60000, or count over less than 20000 (`declared.address_window_ms`)");
    insta::assert_snapshot!(refusal("edition = \"documented-v2\"\nban = { mode = \"scaled\", term_ms = 120000 }\n"), @r#"target.toml:6, `gateway.ban.term_ms`: a ban of 120000 ends while what brought it about still counts, in a window of 600000: count over less than 120000 (`declared.address_window_ms`), or say mode = "onset-only""#);
    insta::assert_snapshot!(refusal("patience.silence_ms = 0\n"), @"target.toml:5, `gateway.patience.silence_ms`: 0 waits for nothing: say at least 1, or leave it out");
}

#[test]
fn how_a_clock_is_moved_is_checked_by_field() {
    let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\ntokens.standard = \"x\"\n";
    let refusal = |more: &str| refusal(&format!("{url}{more}"));
    let command = "[gateway.clock]\ncommand = [\"./advance\", \"{seconds}\"]\n";

    let moved = read(&format!("{url}{command}[gateway.ban]\nmode = \"clock\"\n")).unwrap();

    let offered = [Capability::Clock, Capability::Ban, Capability::BanTerm];
    assert!(offered.iter().all(|one| moved.offer.supports.contains(one)));
    // The whole term of the edition.
    assert_eq!(moved.gateway.declared.ban_term_ms, None);
    insta::assert_snapshot!(refusal("[gateway.ban]\nmode = \"clock\"\n"), @"target.toml:6, `gateway.ban.mode`: `clock` moves the target's time to the end of a ban: say in [gateway.clock] how that is done, or use \"scaled\" or \"onset-only\"");
    insta::assert_snapshot!(refusal(&format!("{command}advance = \"http://127.0.0.1:1/{{ms}}\"\n")), @"target.toml:6, `gateway.clock.command`: a clock is moved in one way: leave this or `advance` out");
    insta::assert_snapshot!(refusal("[gateway.clock]\nadvance = \"http://127.0.0.1:1/\"\n"), @"target.toml:5, `gateway.clock.body`: nothing says by how much: write {ms} or {seconds} where the number goes");
    insta::assert_snapshot!(refusal("supports = [\"clock\"]\n"), @"target.toml:5, `gateway.supports`: `clock` is said in `gateway.clock`, with how");
}

#[test]
fn an_unknown_field_is_named_with_its_line() {
    insta::assert_snapshot!(refusal("[gateway]\nkind = \"simulated\"\nedtion = \"observed\"\n"), @r#"
    target.toml: TOML parse error at line 3, column 1
      |
    3 | edtion = "observed"
      | ^^^^^^
    unknown field `edtion`, expected one of `kind`, `edition`, `base_url`, `authority`, `tokens`, `mint`, `providers`, `source_addresses`, `forwarded_for`, `clock`, `ban`, `patience`, `supports`, `unsupported`, `operations`, `overrides`, `declared`
    "#);
}

#[test]
fn an_unknown_kind_is_told_with_those_there_are() {
    insta::assert_snapshot!(refusal("[gateway]\nkind = \"real\"\n"), @r#"
    target.toml: TOML parse error at line 2, column 8
      |
    2 | kind = "real"
      |        ^^^^^^
    unknown variant `real`, expected `simulated` or `url`
    "#);
}

#[test]
fn what_does_not_go_together_is_named_by_field() {
    let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n";

    insta::assert_snapshot!(refusal("[gateway]\nkind = \"url\"\n"), @"target.toml:1, `gateway.base_url`: missing: a target of kind `url` is somewhere");
    insta::assert_snapshot!(refusal(url), @"target.toml:1, `gateway.tokens.standard`: missing: probes show the token of this name; or give the secret in `mint.secret`");
    insta::assert_snapshot!(refusal(&format!("{url}tokens.standard = \"env:NONE\"\n")), @"target.toml:4, `gateway.tokens.standard`: the environment has no `NONE`");
    insta::assert_snapshot!(refusal("[gateway]\nkind = \"simulated\"\nedition = \"v4\"\n"), @"target.toml:3, `gateway.edition`: no edition `v4`: use documented, documented-v2 or observed");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let refusal = Target::read(Path::new("/nowhere/target.toml"), |_| None).unwrap_err();

    assert!(refusal.to_string().starts_with("/nowhere/target.toml: "));
}
