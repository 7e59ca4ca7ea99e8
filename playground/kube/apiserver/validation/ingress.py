"""Rules of Ingresses. Source: pkg/apis/networking/validation/validation.go, v1.36."""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
LOAD_BALANCER: Final = Path("status.loadBalancer")
CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"
PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
BAD_SEQUENCES: Final = ("//", "/./", "/../", "%2f", "%2F")
BAD_SUFFIXES: Final = ("/..", "/.")
NOT_AN_ADDRESS: Final = "must be a DNS name, not an IP address"


def validate_ingress(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        return _validate_whole(obj) + _validate_class_annotation(obj)
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + _validate_load_balancer(obj.get("status") or {}, old.get("status") or {})
    return errors + _validate_whole(obj)


def _validate_whole(obj: Object) -> list[FieldError]:
    return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"])


def _validate_class_annotation(obj: Object) -> list[FieldError]:
    annotated = (obj["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    named = obj["spec"].get("ingressClassName")
    if None in {annotated, named} or annotated == named:
        return []
    says = "must match `ingressClassName` when both are specified"
    return [field.invalid(Path("annotations").child(CLASS_ANNOTATION), annotated, says)]


def _validate_spec(spec: Fields) -> list[FieldError]:
    rules, backend, class_name = spec.get("rules"), spec.get("defaultBackend"), spec.get("ingressClassName")
    errors: list[FieldError] = []
    if not rules and backend is None:
        says = "either `defaultBackend` or `rules` must be specified"
        errors.append(field.invalid(SPEC, marshal("[]networking.IngressRule", rules), says))
    if backend is not None:
        errors += _validate_backend(SPEC.child("defaultBackend"), backend)
    for position, rule in enumerate(rules or []):
        errors += _validate_rule(SPEC.child("rules").index(position), rule)
    for position, tls in enumerate(spec.get("tls") or []):
        errors += _validate_tls(SPEC.child("tls").index(position), tls)
    if class_name is not None:
        errors += checks.named(SPEC.child("ingressClassName"), class_name, names.is_dns1123_subdomain)
    return errors


def _validate_host(path: Path, host: str) -> list[FieldError]:
    wild = "*" in host
    return checks.named(path, host, names.is_wildcard_subdomain if wild else names.is_dns1123_subdomain)


def _validate_tls(path: Path, tls: Fields) -> list[FieldError]:
    hosts, secret = tls.get("hosts") or [], tls.get("secretName")
    errors = [
        error for index, host in enumerate(hosts) for error in _validate_host(path.child("hosts").index(index), host)
    ]
    return errors + (checks.named(path.child("secretName"), secret, names.is_dns1123_subdomain) if secret else [])


def _validate_rule(path: Path, rule: Fields) -> list[FieldError]:
    host, http = rule.get("host"), rule.get("http")
    errors: list[FieldError] = []
    if host:
        if addresses.family(host):
            errors.append(field.invalid(path.child("host"), host, NOT_AN_ADDRESS))
        errors += _validate_host(path.child("host"), host)
    if http is None:
        return errors
    place, paths = path.child("http", "paths"), http.get("paths") or []
    if not paths:
        errors.append(field.required(place))
    for position, http_path in enumerate(paths):
        errors += _validate_path(place.index(position), http_path)
    return errors


def _validate_path(path: Path, http_path: Fields) -> list[FieldError]:
    kind = http_path.get("pathType")
    if kind is None:
        return [field.required(path.child("pathType"), "pathType must be specified")]
    if kind in PATH_TYPES:
        errors = _validate_path_text(path.child("path"), http_path.get("path") or "", kind)
    else:
        errors = [field.not_supported(path.child("pathType"), kind, PATH_TYPES)]
    return errors + _validate_backend(path.child("backend"), http_path.get("backend") or {})


def _validate_path_text(path: Path, text: str, kind: str) -> list[FieldError]:
    matched_by_controller = kind == "ImplementationSpecific"
    absolute = text.startswith("/") or (matched_by_controller and not text)
    errors = [] if absolute else [field.invalid(path, text, "must be an absolute path")]
    if matched_by_controller:
        return errors
    errors += [field.invalid(path, text, f"must not contain '{bad}'") for bad in BAD_SEQUENCES if bad in text]
    return errors + [
        field.invalid(path, text, f"cannot end with '{bad}'") for bad in BAD_SUFFIXES if text.endswith(bad)
    ]


def _validate_backend(path: Path, backend: Fields) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [field.invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _validate_resource(path.child("resource"), resource)
    if service is not None:
        return _validate_service(path, service)
    return [field.invalid(path, "", "resource or service backend is required")]


def _validate_resource(path: Path, resource: Fields) -> list[FieldError]:
    errors: list[FieldError] = []
    if resource.get("apiGroup") is not None:
        errors += checks.named(path.child("apiGroup"), resource["apiGroup"], names.is_dns1123_subdomain)
    for name in ("kind", "name"):
        errors += checks.required_named(path.child(name), resource.get(name) or "", names.is_path_segment)
    return errors


def _validate_service(path: Path, service: Fields) -> list[FieldError]:
    place, port = path.child("service"), service.get("port") or {}
    name, number = port.get("name"), port.get("number")
    errors = checks.required_named(place.child("name"), service.get("name") or "", names.is_dns1123_label)
    if name and number:
        return [*errors, field.invalid(path, "", "cannot set both port name & port number")]
    if name:
        return errors + checks.port_number_or_name(place.child("port", "name"), name)
    if number:
        return errors + checks.port_number_or_name(place.child("port", "number"), number)
    return [*errors, field.required(path, "port name or number is required")]


def _validate_load_balancer(status: Fields, old: Fields) -> list[FieldError]:
    known = [item.get("ip") for item in (old.get("loadBalancer") or {}).get("ingress") or []]
    errors: list[FieldError] = []
    for position, item in enumerate((status.get("loadBalancer") or {}).get("ingress") or []):
        path, host = LOAD_BALANCER.child("ingress").index(position), item.get("hostname")
        if item.get("ip"):
            errors += addresses.is_ip(path.child("ip"), item["ip"], [address for address in known if address])
        if host:
            errors += checks.named(path.child("hostname"), host, names.is_dns1123_subdomain)
            if addresses.family(host):
                errors.append(field.invalid(path.child("hostname"), host, NOT_AN_ADDRESS))
    return errors
