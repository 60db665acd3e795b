"""The packages that reading catalogues needs beyond those of Cropcore itself."""

from importlib import import_module

from cropcore.errors import SettingError

_NEEDED = ("pystac_client", "odc.stac", "zarr")


def require_packages() -> None:
    """Make sure that the extra ``stac`` is installed.

    Raises:
        SettingError: It is not.
    """
    for name in _NEEDED:
        try:
            import_module(name)
        except ImportError as error:
            raise SettingError(
                "region import stac",
                expected="the packages that read STAC catalogues",
                got=f"an installation without {name}",
                advice='install them with pip install "cropcore[stac]"',
            ) from error


__all__ = ["require_packages"]
