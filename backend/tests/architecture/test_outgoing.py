"""Whom the system talks with: every setting that names somebody is listed, and a deployment reaches nobody else."""

from __future__ import annotations

import re

import yaml

from cognitive_assessment import config
from cognitive_assessment.config import REPOSITORY_ROOT, SETTINGS

PAGE = REPOSITORY_ROOT / "docs" / "reference" / "outgoing.md"
NETWORK = REPOSITORY_ROOT / "deploy" / "kubernetes" / "network.yaml"
NGINX = REPOSITORY_ROOT / "deploy" / "nginx" / "cas.conf"
NAMES_SOMEBODY = {
    config._service,
    config._database_url,
    config._redis_url,
    config._dsn,
    config._issuer,
    config._addresses,
    config._blob_place,
    config._scanner,
}


def test_every_setting_that_names_somebody_to_talk_with_is_listed():
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \| \d+ \|", PAGE.read_text(), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert listed == {one.name for one in SETTINGS if one.parse in NAMES_SOMEBODY}


def test_as_it_comes_nobody_outside_of_the_machine_is_named_but_where_a_vendor_would_be_asked():
    """The two that have a default are asked only once a token for them is set."""
    settings = config.build({})
    named = {one.name for one in SETTINGS if one.parse in NAMES_SOMEBODY and one.default}
    assert named == {"VERCEL_BLOB_API_URL", "CLERK_API_URL"}
    assert (settings.blob_read_write_token, settings.clerk_secret_key) == (None, None)
    assert settings.addresses == ()


def test_pods_reach_the_names_of_the_cluster_and_nobody_else():
    (policy,) = [one for one in yaml.safe_load_all(NETWORK.read_text()) if one["kind"] == "NetworkPolicy"]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    (only,) = policy["spec"]["egress"]
    assert {(one["protocol"], one["port"]) for one in only["ports"]} == {("UDP", 53), ("TCP", 53)}
    (to,) = only["to"]
    assert to["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}
    assert to["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "kube-system"}


def test_the_web_server_hands_on_to_the_system_alone_and_serves_no_file():
    text = re.sub(r"#.*", "", NGINX.read_text())
    assert set(re.findall(r"proxy_pass\s+([^;]+);", text)) == {"http://cas"}
    assert re.findall(r"upstream cas \{\s+server ([^;]+);", text) == ["127.0.0.1:8000"]
    assert not re.search(r"\b(root|alias|try_files|fastcgi_pass|uwsgi_pass|resolver|include)\b", text)
