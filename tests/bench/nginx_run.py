"""One nginx before the upstream, to be compared with: one worker, connections kept on both sides, no log."""
import os
import pathlib
import signal
import socket
import subprocess
import time

START_S = 10
END_S = 10

# An answer is gathered before it goes on, which is nginx's default, unless the upstream says X-Accel-Buffering: no, which it does for
# streams: the same as proxy_buffering off for those. No connection ends because it was used often.
CONFIGURATION = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream stub {{
    server 127.0.0.1:{upstream_port};
    keepalive 64;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 1000000000;
    location / {{
      proxy_pass http://stub;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Nginx:
    """Context manager; `pid` is the worker's."""

    def __init__(self, program, folder, upstream_port, before=None):
        folder = pathlib.Path(folder)
        # nginx takes no port 0. So the socket is made here and handed over in the way in which a new nginx takes over from an old one.
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = listener.getsockname()[1]
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, upstream_port=upstream_port, port=self.port))
        self.said = open(folder / "nginx.said", "w+")
        self.master = subprocess.Popen(
            [program, "-p", str(folder), "-e", "stderr", "-c", str(configuration)], pass_fds=[listener.fileno()], preexec_fn=before,
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said,
            env={"PATH": os.environ["PATH"], "NGINX": f"{listener.fileno()};"})
        listener.close()
        self.pid = None

    def __enter__(self):
        try:
            self.wait_for_worker()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def wait_for_worker(self):
        end = time.monotonic() + START_S
        while self.pid is None:
            if self.master.poll() is not None or time.monotonic() > end:
                self.said.seek(0)
                raise RuntimeError(f"nginx did not start: {self.said.read()[-2000:]}")
            time.sleep(0.05)
            self.pid = next(iter(children(self.master.pid)), None)

    def end(self):
        # The master ends its worker; killed at once, it would leave it behind.
        self.master.send_signal(signal.SIGTERM)
        try:
            self.master.wait(END_S)
        except subprocess.TimeoutExpired:
            for each in [*children(self.master.pid), self.master.pid]:
                os.kill(each, signal.SIGKILL)
            self.master.wait()
        self.said.close()
