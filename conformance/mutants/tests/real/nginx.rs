//! nginx: forwards, and answers by maps what can be told without a program.

use std::process::Command;

use crate::gateway::RealGateway;

const NGINX: RealGateway = RealGateway {
    name: "nginx",
    program: "nginx",
    configuration: "nginx.conf",
    beside: &[],
    start: |program, folder, configuration| {
        let mut command = Command::new(program);
        command.arg("-p").arg(folder).arg("-c").arg(configuration);
        command
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_is_judged_as_written_down() {
    NGINX.is_judged_as_written_down().await;
}
