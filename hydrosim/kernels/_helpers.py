"""How numba compiles functions that only kernels call: to code that is linked, never run itself.

Numba turns every function into machine code of its own and keeps it in a file, though a helper of
kernels is only linked into its callers.  Here it is optimised and left at that.  (Left without its
own optimisation it costs a quarter less to compile, but large kernels run a quarter slower.)
"""

from typing import Any

from hydrosim.kernels._numba import Compiler, JITCodeLibrary

NOT_NEEDED = frozenset(
    {
        "AnnotateTypes",
        "DumpParforDiagnostics",
        "FindLiterallyCalls",
        "InlineClosureLikes",
        "InlineInlinables",
        "InlineOverloads",
        "LiteralPropagationSubPipelinePass",
        "LiteralUnroll",
        "MakeFunctionToJitFunction",
        "RewriteDynamicRaises",
        "WithLifting",
    }
)
"""Steps of numba's compiler for closures, generic inlining, contexts and parallel loops."""


class HelperLibrary(JITCodeLibrary):  # type: ignore[misc]
    """Code to be linked into that of its callers."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    @property
    def codegen(self) -> "HelperLibrary":
        """What notes the function's surroundings where its machine code stands: see `set_env`."""
        return self

    def set_env(self, name: str, surroundings: Any) -> None:
        """Note nothing: there is no machine code yet."""

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: there is no machine code of its own."""
        del name
        return 0


class PlainCompiler(Compiler):  # type: ignore[misc]
    """Numba's compiler without the steps that plain loops over numbers do not need."""

    def define_pipelines(self) -> Any:
        self.state.flags.no_rewrites = True
        pipelines = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes = [
                step for step in pipeline.passes if step[0].__name__ not in NOT_NEEDED
            ]
        return pipelines


class HelperCompiler(PlainCompiler):
    """Numba's compiler, but for its last step."""

    def define_pipelines(self) -> Any:
        """Return numba's own pipelines, which write into our library."""
        state = self.state
        state.library = HelperLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()
