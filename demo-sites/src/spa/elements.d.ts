import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "dramac-module": DetailedHTMLProps<HTMLAttributes<HTMLElement> & { module?: string; installation?: string }, HTMLElement>;
      "dramac-hook": DetailedHTMLProps<HTMLAttributes<HTMLElement> & { name: string }, HTMLElement>;
    }
  }
}
