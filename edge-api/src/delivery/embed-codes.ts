import type { Addresses } from "../addresses.ts";
import { SHELL_SANDBOX } from "@dramac/contracts/sandbox";
import type { InstallationId } from "@dramac/contracts";
import { escapeHtml } from "./inline.ts";

/** The three ways to put modules on a page, as HTML to paste. */
export interface EmbedCodes {
  /** One script tag for the whole site: every module appears at its hook's mount point. */
  readonly line: string;
  /** One module where this element is: the parser starts its frame while the script is still loading. */
  readonly element: string;
  /** One module where no script is allowed. Its size is fixed. */
  readonly iframe: string;
}

export function embedCodes(addresses: Addresses, surface: string, module: { readonly id: InstallationId; readonly name: string }): EmbedCodes {
  const line = `<script async src="${addresses.platform}/embed/${surface}.js"></script>`;
  const frame = `${addresses.frameOrigin(module.id)}/f/${surface}`;
  const title = escapeHtml(module.name);
  const fill = "border:0;width:100%;height:100%;display:block";
  return {
    line,
    element:
      `<dramac-module installation="${module.id}" style="display:block"><template shadowrootmode="open">` +
      `<iframe src="${frame}" sandbox="${SHELL_SANDBOX}" referrerpolicy="strict-origin" title="${title}" part="frame" style="${fill}"></iframe>` +
      `</template></dramac-module>\n${line}`,
    iframe: `<iframe src="${frame}#bare" sandbox="${SHELL_SANDBOX}" referrerpolicy="strict-origin" title="${title}" width="100%" height="480" style="border:0"></iframe>`,
  };
}
