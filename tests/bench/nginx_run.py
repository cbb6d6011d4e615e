"""nginx before the upstream, connections kept on both sides, no log: to be compared with, or to speak TLS and HTTP/2 for the upstream."""
import os
import pathlib
import signal
import subprocess

from proxy_run import PLAIN, Proxy, children, listener

END_S = 10

# An answer is gathered before it goes on, which is nginx's default, unless the upstream says X-Accel-Buffering: no, which it does for
# streams: the same as proxy_buffering off for those. No connection ends because it was used often.
CONFIGURATION = """daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 16384; }}
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
    listen 127.0.0.1:{port} {door};
    keepalive_requests 1000000000;
    http2_max_concurrent_streams 128;
    location / {{
      proxy_pass {scheme}://stub;
      proxy_http_version 1.1;
      proxy_read_timeout 10m;
      proxy_set_header Connection "";
    }}
  }}
}}
"""
DOOR = "ssl{http2}; ssl_certificate {certificate}; ssl_certificate_key {key}"


class Nginx(Proxy):
    """`pids` are its workers'. It speaks HTTP/2 at the door where it is told so, and to no upstream."""

    def __init__(self, program, folder, upstream_port, before=None, variant=PLAIN, http2=False):
        folder = pathlib.Path(folder)
        # nginx takes no port 0. So the socket is made here and handed over in the way in which a new nginx takes over from an old one.
        door, port = listener()
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=folder, upstream_port=upstream_port, port=port, workers=variant.workers,
            scheme="https" if variant.tls_upstream else "http",
            door=DOOR.format(certificate=variant.certificate, key=variant.key, http2=" http2" if http2 else "") if variant.tls_door else ""))
        super().__init__("nginx", [program, "-p", folder, "-e", "stderr", "-c", configuration], folder, before,
                         {"NGINX": f"{door.fileno()};"}, [door.fileno()])
        door.close()
        self.port = port
        self.workers = variant.workers

    @property
    def pids(self):
        return children(self.pid)

    def is_up(self):
        return self.child.poll() is None and len(self.pids) == self.workers

    def kill(self):
        # The master ends its workers; killed at once, it would leave them behind.
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(END_S)
            except subprocess.TimeoutExpired:
                for each in self.pids:
                    os.kill(each, signal.SIGKILL)
        super().kill()
