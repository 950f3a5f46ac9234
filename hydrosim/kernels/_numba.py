"""What the kernels use of numba and llvmlite, their insides among it, and the versions tested.

Numba promises nothing for its insides from one version to the next.  `TESTED` names the versions
with which all kernel tests have passed; `_self_test` looks at any other before the first kernel
runs.
"""

from numba import __version__ as VERSION

TESTED = ("0.61", "0.68")
"""Minor versions of numba with which the tests of the kernels pass."""


def untested(wrong: str) -> str:
    """Return the message of a version of numba that does not do what the kernels need."""
    known = ", ".join(TESTED)
    return f"numba {VERSION} does not fit the kernels of hydrosim: {wrong}; tested: numba {known}"


try:
    import llvmlite.binding as llvm
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils, config, event
    from numba.core.caching import (
        CompileResultCacheImpl,
        FunctionCache,
        IndexDataCacheFile,
    )
    from numba.core.caching import (
        _CacheLocator as CacheLocator,
    )
    from numba.core.ccallback import CFunc
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler import Compiler
    from numba.core.sigutils import normalize_signature
    from numba.core.types import unliteral
    from numba.core.typing.templates import (
        AbstractTemplate,
        AttributeTemplate,
        infer_global,
        signature,
    )
    from numba.extending import (
        infer_getattr,
        intrinsic,
        lower_builtin,
        lower_getattr,
        lower_getattr_generic,
        models,
        register_model,
    )
except ImportError as error:
    raise ImportError(untested(str(error))) from error

__all__ = [
    "TESTED",
    "VERSION",
    "AbstractTemplate",
    "AttributeTemplate",
    "CFunc",
    "CacheLocator",
    "CompileResultCacheImpl",
    "Compiler",
    "FunctionCache",
    "IndexDataCacheFile",
    "JITCodeLibrary",
    "cgutils",
    "config",
    "event",
    "infer_getattr",
    "infer_global",
    "intrinsic",
    "ir",
    "llvm",
    "lower_builtin",
    "lower_getattr",
    "lower_getattr_generic",
    "models",
    "normalize_signature",
    "register_model",
    "signature",
    "types",
    "unliteral",
    "untested",
]
