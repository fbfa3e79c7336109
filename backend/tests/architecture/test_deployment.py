"""The files under `deploy/`: what they copy is there, what they start exists, and the system takes what they set."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from cognitive_assessment import config
from cognitive_assessment.api import pages
from cognitive_assessment.cli.main import COMMANDS

ROOT = config.REPOSITORY_ROOT
DOCKER, KUBERNETES = ROOT / "deploy" / "docker", ROOT / "deploy" / "kubernetes"
DOCKERFILE = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = [DOCKER / "compose.yml", DOCKER / "compose.postgres.yml", DOCKER / "compose.scanner.yml"]
MANIFESTS = {
    (one["kind"], one["metadata"]["name"]): one
    for path in sorted(KUBERNETES.glob("*.yaml"))
    for one in yaml.safe_load_all(path.read_text())
    if "metadata" in one
}
NGINX = "nginx.ingress.kubernetes.io/"
PODS = {name: one["spec"]["template"] for (kind, name), one in MANIFESTS.items() if kind == "Deployment"}
SETTINGS = {setting.name for setting in config.SETTINGS}
CALLS = (ROOT / "docs" / "reference" / "access.md").read_text()
RAILWAY = json.loads((ROOT / "deploy" / "railway" / "railway.json").read_text())
VERCEL = json.loads((ROOT / "frontend" / "vercel.json").read_text())


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def in_the_image() -> dict[str, str]:
    """The environment that the image sets."""
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    return dict(re.findall(r"\b([A-Z_]+)=(\S+)", re.search(r"^ENV (.*)$", last, re.MULTILINE)[1]))  # type: ignore[index]


def built(environment: dict[str, str]) -> config.Settings:
    """The settings as the system would read them there."""
    image = {name: value for name, value in in_the_image().items() if name.startswith("CAS_")}
    return config.build({**image, **environment})


def linter(name: str) -> str:
    found = Path(sys.executable).with_name(name)
    if not found.exists():
        pytest.skip(f"{name} is not installed")
    return str(found)


def require_clean(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_is_written_as_its_linter_wants():
    require_clean(linter("hadolint"), str(DOCKER / "Dockerfile"))


def test_what_the_dockerfile_copies_is_there_and_not_left_out_of_the_build():
    stages = set(re.findall(r" AS (\w+)$", DOCKERFILE, re.MULTILINE))
    rules = [line for line in (DOCKER / "Dockerfile.dockerignore").read_text().splitlines() if line[0] not in "#*"]
    kept = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    left_out = [rule for rule in rules if not rule.startswith("!")]
    copied = 0
    for line in instructions("COPY"):
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        stage = re.match(r"--from=(\w+)", line)
        assert stage is None or stage[1] in stages, line
        for source in sources if stage is None else []:
            assert (ROOT / source).exists(), source
            assert any(source.rstrip("/") == one or source.startswith(f"{one}/") for one in kept), source
            assert not any(fnmatch(source, one) for one in left_out), source
            copied += 1
    assert copied >= 6


def test_the_image_holds_no_tests_and_no_package_for_tests():
    serves = set(re.findall(r"^([\w.-]+)==", (ROOT / "backend" / "requirements.lock").read_text(), re.MULTILINE))
    with_tests = set(
        re.findall(r"^([\w.-]+)==", (ROOT / "backend" / "requirements-dev.lock").read_text(), re.MULTILINE)
    )
    assert {"pytest", "hypothesis", "ruff", "mypy"} <= with_tests - serves
    copied = [word for line in instructions("COPY") for word in line.split() if not word.startswith("--")]
    assert not [one for one in copied if "test" in one or "requirements-dev" in one or one in {".", "backend/"}]
    sources = ROOT / "backend" / "src"
    assert not [path for path in sources.rglob("*") if path.name.startswith(("test_", "conftest"))]
    assert "npm ci --omit=dev" in DOCKERFILE
    assert not re.search(r"CAS_(BENCH|E2E)|FLASK_DEBUG|--reload", DOCKERFILE)


def test_the_image_starts_a_command_that_we_have_as_a_user_without_rights():
    assert json.loads(instructions("ENTRYPOINT")[-1]) == ["cas"]
    assert json.loads(instructions("CMD")[-1])[0] in COMMANDS
    assert instructions("USER")[-1].isdigit()
    assert int(instructions("USER")[-1]) > 0
    assert f"--uid {instructions('USER')[-1]} " in DOCKERFILE


def test_the_image_looks_after_its_own_health_at_an_address_that_is_there(tmp_path):
    health = json.loads(re.search(r"^HEALTHCHECK .*? CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])  # type: ignore[index]
    path = re.search(r"(/api/[a-z/]+)", health[-1])[1]  # type: ignore[index]
    assert f"`GET {path}`" in CALLS
    nobody = subprocess.run(
        [sys.executable, *health[1:]], env={**os.environ, "CAS_PORT": "9"}, capture_output=True, check=False, timeout=30
    )
    assert nobody.returncode == 1


def test_the_image_by_itself_says_what_it_needs():
    with pytest.raises(config.InvalidSettings, match="CAS_PUBLIC_URL"):
        built({})


@pytest.mark.parametrize(
    "count", [1, 2, 3], ids=["with its own database", "with PostgreSQL beside it", "with a scanner too"]
)
def test_one_machine_is_described_as_compose_wants_and_the_system_takes_it(count):
    require_clean(linter("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", *map(str, COMPOSE[:count]))
    given = {"CAS_PUBLIC_URL": "https://assessment.example.org", "CAS_OWNER_PASSWORD": "x" * 32}

    def filled(text: str) -> str:
        return re.sub(
            r"\$\{(\w+)(?::[?-]([^}]*))?\}", lambda one: given.get(one[1], "" if "?" in one[0] else one[2]), text
        )

    environment: dict[str, str] = {}
    for path in COMPOSE[:count]:
        system = yaml.safe_load(path.read_text())["services"]["system"]
        environment |= {name: filled(value) for name, value in system["environment"].items()}
    assert environment.keys() <= SETTINGS
    settings = built(environment)
    assert settings.has_embedded_database == (count == 1)
    assert settings.scanner == ("tcp://scanner:3310" if count == 3 else None)
    assert (settings.require_second_factor, settings.proxies) == (True, 1)
    services = yaml.safe_load(COMPOSE[0].read_text())["services"]
    assert (ROOT / services["system"]["build"]["dockerfile"]).exists()
    assert (DOCKER / services["system"]["build"]["context"]).resolve() == ROOT
    assert all(published.startswith("127.0.0.1:") for published in services["system"]["ports"])


def test_the_manifests_are_taken_by_kubernetes():
    files = [str(path) for path in sorted(KUBERNETES.glob("*.yaml")) if path.name != "kustomization.yaml"]
    require_clean(linter("kubernetes-validate"), "--strict", *files)
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    assert {KUBERNETES / name for name in listed} <= set(KUBERNETES.glob("*.yaml"))


def test_every_image_is_named_with_its_release():
    ours = {one["name"] for one in yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["images"]}
    named = [one["image"] for pod in PODS.values() for one in pod["spec"]["containers"] if one["image"] not in ours]
    for path in COMPOSE:
        services = yaml.safe_load(path.read_text())["services"].values()
        named += [one["image"] for one in services if "image" in one and "build" not in one]
    named += [word.split()[0] for word in instructions("FROM")]
    assert len(named) >= 6
    assert [one for one in named if not re.search(r":\d", one)] == []


@pytest.mark.parametrize("name", PODS)
def test_a_pod_starts_a_command_that_we_have_with_settings_that_the_system_takes(name):
    container = PODS[name]["spec"]["containers"][0]
    assert container["args"][0] in COMMANDS
    sources = [one for source in container["envFrom"] for one in source.items()]
    data = MANIFESTS["ConfigMap", dict(sources)["configMapRef"]["name"]]["data"]
    assert data.keys() <= SETTINGS
    built(data)
    secret = MANIFESTS.keys() & {("Secret", "cas-secrets")}
    assert not secret, "secrets are made by hand, never written into the repository"
    for mount in container["volumeMounts"]:
        assert mount["name"] in {volume["name"] for volume in PODS[name]["spec"]["volumes"]}
    for volume in PODS[name]["spec"]["volumes"]:
        if "persistentVolumeClaim" in volume:
            assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in MANIFESTS
    folders = [mount["mountPath"] for mount in container["volumeMounts"]]
    written = [in_the_image()["CAS_DATA_DIR"], *([data["CAS_BACKUP_DIR"]] if name == "cas" else [])]
    assert all(any(path.startswith(f"{folder}/") for folder in folders) for path in written)


def test_the_three_probes_ask_what_is_there_and_only_readiness_waits_for_the_models():
    container = PODS["cas"]["spec"]["containers"][0]
    probes = {kind: container[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    own = {one["name"] for one in container["ports"]}  # a probe finds the ports of its own container alone
    assert {probe["port"] for probe in probes.values()} <= own
    asked = {kind: probe["path"] for kind, probe in probes.items()}
    live, ready = "/api/health/live", "/api/health/ready"
    assert asked == {"startupProbe": live, "livenessProbe": live, "readinessProbe": ready}
    assert all(f"`GET {path}`" in CALLS for path in asked.values())


def test_a_request_from_outside_finds_the_system():
    ingress, service = MANIFESTS["Ingress", "cas"], MANIFESTS["Service", "cas"]
    (rule,) = ingress["spec"]["rules"]
    assert f"https://{rule['host']}" == MANIFESTS["ConfigMap", "cas-settings"]["data"]["CAS_PUBLIC_URL"]
    (tls,) = ingress["spec"]["tls"]
    assert tls["hosts"] == [rule["host"]]
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "cas"
    of_uploads = MANIFESTS["Ingress", "cas-uploads"]  # the same, but for what slow bodies wait for
    for_all = {f"{NGINX}proxy-body-size": "4m", f"{NGINX}client-body-buffer-size": "4m"}
    for_them = {f"{NGINX}proxy-body-size": "0", f"{NGINX}proxy-request-buffering": "off"}
    assert ingress["metadata"]["annotations"].items() >= for_all.items()
    assert of_uploads["metadata"]["annotations"].items() >= for_them.items()
    (way,) = of_uploads["spec"]["rules"][0]["http"]["paths"]
    assert way["path"] == "/api/uploads"
    same = {**rule, "http": {"paths": [{**way, "path": "/"}]}}
    assert {**of_uploads["spec"], "rules": [same]} == ingress["spec"]
    assert service["spec"]["selector"].items() <= PODS["cas"]["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    assert rule["http"]["paths"][0]["backend"]["service"]["port"]["name"] == port["name"]
    tls = PODS["cas"]["spec"]["containers"][1]
    assert {one["name"] for one in tls["ports"]} == {port["targetPort"]}
    (listens,) = {one["containerPort"] for one in tls["ports"]}
    conf = (KUBERNETES / "tls.conf").read_text()
    assert f"listen {listens} ssl;" in conf
    assert f"server 127.0.0.1:{in_the_image()['CAS_PORT']};" in conf
    (allowed,) = MANIFESTS["NetworkPolicy", "cas"]["spec"]["ingress"]
    assert [one["port"] for one in allowed["ports"]] == [listens]


def test_railway_builds_from_files_that_are_there_and_asks_an_address_that_is_there():
    assert (ROOT / RAILWAY["build"]["dockerfilePath"]).exists()
    assert all((ROOT / pattern.removesuffix("/**")).is_dir() for pattern in RAILWAY["build"]["watchPatterns"])
    assert f"`GET {RAILWAY['deploy']['healthcheckPath']}`" in CALLS
    assert RAILWAY["deploy"]["numReplicas"] == 1, "one system on one data folder"


def test_vercel_sends_the_same_headers_as_the_system_and_builds_with_scripts_that_are_there():
    said = {one["key"]: one["value"] for one in VERCEL["headers"][0]["headers"]}
    assert pages._HEADERS.items() <= said.items()
    scripts = re.findall(r"node (\S+\.mjs)", VERCEL["buildCommand"])
    assert scripts
    assert all((ROOT / "frontend" / script).exists() for script in scripts)
    assert "build" in json.loads((ROOT / "frontend" / "package.json").read_text())["scripts"]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_pages_on_another_host_may_run_the_same_scripts_as_with_us(tmp_path):
    body = "<script>first()</script><script src='/a.js'></script><script async>second('ä')</script>"
    page = tmp_path / "in" / "page.html"
    page.parent.mkdir()
    page.write_text(f"<!doctype html><html><head><title>x</title></head><body>{body}</body></html>")
    ours = pages._policy(page, 0, None)
    script = ROOT / "frontend" / "scripts" / "write-content-policy.mjs"
    for _ in range(2):  # a second run changes nothing
        require_clean("node", str(script), str(tmp_path))
    theirs = re.findall(r'<head><meta http-equiv="Content-Security-Policy" content="([^"]*)"/>', page.read_text())
    # a page cannot say by itself who may frame it: that is a header
    assert theirs == [ours.removesuffix("; frame-ancestors 'none'")]
    assert VERCEL["headers"][0]["headers"][-1]["value"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "howto").glob("deploy-*.md")), ids=lambda page: page.stem)
def test_a_page_names_settings_commands_and_files_that_are_there(page):
    text = page.read_text()
    named = set(re.findall(r"\b(?:CAS|BLOB|DATABASE)_[A-Z0-9_]*[A-Z0-9]\b", text)) - {"CAS_OWNER_PASSWORD", "CAS_S3"}
    assert named
    assert named <= SETTINGS
    assert set(re.findall(r"(?:`|\n *|system |ssh )cas ([a-z]+)\b", text)) <= COMMANDS.keys()
    files = re.findall(r"(?<!logs )\b((?:deploy|frontend|scripts)/[\w./-]*\w)", text)
    assert all((ROOT / name).exists() or (ROOT / "frontend" / name).exists() for name in files), files


def test_nothing_in_these_files_is_a_secret():
    paths = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    found = [
        path.name
        for path in paths
        if re.search(r"(password|token|secret)\s*[:=]\s*['\"]?[A-Za-z0-9+/]{16,}", path.read_text(), re.I)
    ]
    assert found == []
