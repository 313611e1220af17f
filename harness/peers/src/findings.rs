//! `scenarios/findings.md`: deviations of real servers that a person checked against the RFC.
//!
//! A row of its table is `| scenario | servers | why |`, where the scenario is an id or, with a
//! star at its end, all that begin so; a server is the name of its folder, and may be followed by
//! a version.

use std::fs;
use std::path::Path;

use crate::Result;

/// The checked deviations.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    scenario: String,
    servers: Vec<String>,
}

impl Findings {
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let rows = text.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split('|');
            let scenario = cells.next()?.trim().trim_matches('`').to_owned();
            let servers = cells
                .next()?
                .split(',')
                .filter_map(|server| server.split_whitespace().next().map(str::to_lowercase))
                .collect();
            Some(Row { scenario, servers })
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// What is wrong with the list, seen from one server: fails that are not on it, and rows that
    /// did not come true.
    pub(crate) fn complaints(&self, server: &str, fails: &[String]) -> Vec<String> {
        let of_server = |row: &&Row| row.servers.iter().any(|name| name == server);
        let unchecked = fails
            .iter()
            .filter(|fail| {
                !self
                    .rows
                    .iter()
                    .filter(of_server)
                    .any(|row| row.names(fail))
            })
            .map(|fail| format!("{fail}: fails, and has no line in the findings"));
        let stale = self
            .rows
            .iter()
            .filter(of_server)
            .filter(|row| !fails.iter().any(|fail| row.names(fail)))
            .map(|row| format!("{}: is in the findings, and does not fail", row.scenario));
        unchecked.chain(stale).collect()
    }
}

impl Row {
    fn names(&self, id: &str) -> bool {
        match self.scenario.strip_suffix('*') {
            Some(start) => id.starts_with(start),
            None => id == self.scenario,
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::Findings;

    const TEXT: &str = "\
# Findings

| scenario | servers | why |
|---|---|---|
| `server/close/a` | nginx 1.22.1, node 20 | it does not close |
| `server/te/*` | nginx | takes them all |
";

    #[rstest]
    #[case::all_checked("nginx", &["server/close/a", "server/te/x[1]"], &[])]
    #[case::other_server("node", &["server/close/a"], &[])]
    #[case::unknown_fail("node", &["server/close/a", "server/te/x[1]"],
        &["server/te/x[1]: fails, and has no line in the findings"])]
    #[case::stale("node", &[], &["server/close/a: is in the findings, and does not fail"])]
    #[case::nobody("caddy", &[], &[])]
    fn complains_of_what_is_not_listed_and_of_what_is_gone(
        #[case] server: &str,
        #[case] fails: &[&str],
        #[case] complaints: &[&str],
    ) {
        let fails: Vec<String> = fails.iter().map(ToString::to_string).collect();
        assert_eq!(Findings::parse(TEXT).complaints(server, &fails), complaints);
    }
}
