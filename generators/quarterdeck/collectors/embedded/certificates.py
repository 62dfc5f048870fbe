"""Certificates for the sites that are played: made as a run begins, known to that run alone, gone when it ends."""

import ssl
import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, KeyUsage, Name

_TERM = timedelta(days=90)


class Authority:
    """Vouches for sites, under the name of somebody who does so for real; only this run's questions believe it."""

    def __init__(self, name: str, as_of: datetime) -> None:
        """Make the key and the certificate of the authority itself, for a year around a day."""
        from cryptography import x509  # noqa: PLC0415 - heavy, and only to try things out

        self._as_of = as_of
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name)])
        self._key = _key()
        mark = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        begins, ends = as_of - timedelta(days=365), as_of + timedelta(days=365)
        made = (
            _begun(self._name, self._name, self._key, begins, ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_may(signs=True), critical=True)
            .add_extension(mark, critical=False)
        )
        self._certificate = self._signed(made)
        self._mark = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mark)

    @property
    def certificate(self) -> str:
        """Its certificate, in the form PEM."""
        return _pem(self._certificate)

    def speaking(self, names: Sequence[str], days: int, *, oldest: ssl.TLSVersion) -> ssl.SSLContext:
        """The settings of a server.

        Args:
            names: Whom its certificate is for.
            days: For how long it still is, from the day of the run.
            oldest: The oldest protocol that it accepts.
        """
        from cryptography import x509  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above

        key, ends = _key(), self._as_of + timedelta(days=days)
        whom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        made = (
            _begun(whom, self._name, key, ends - _TERM, ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_may(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(self._mark, critical=False)
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "chain.pem"
            file.write_text(_pem(self._signed(made)) + private.decode(), encoding="ascii")
            context.load_cert_chain(file)
        return _accepting(context, oldest)

    def _signed(self, made: "CertificateBuilder") -> "Certificate":
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above

        return made.sign(self._key, hashes.SHA256())


def _accepting(context: ssl.SSLContext, oldest: ssl.TLSVersion) -> ssl.SSLContext:
    """The same, down to an old protocol where this machine can still speak it."""
    if oldest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old protocol is the mistake to be found
        context.minimum_version = oldest
    return context


def _key() -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - heavy, and only to try things out

    return ec.generate_private_key(ec.SECP256R1())


def _begun(
    whom: "Name", by: "Name", key: "EllipticCurvePrivateKey", begins: datetime, ends: datetime
) -> "CertificateBuilder":
    from cryptography import x509  # noqa: PLC0415 - heavy, and only to try things out

    return (
        x509.CertificateBuilder()
        .subject_name(whom)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _may(*, signs: bool) -> "KeyUsage":
    from cryptography.x509 import KeyUsage  # noqa: PLC0415 - heavy, and only to try things out

    return KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: "Certificate") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    return certificate.public_bytes(Encoding.PEM).decode()
