// What the guide uses of Next.js 16 and Node, so that its code compiles without all of both.

declare module "next/cache" {
  export function revalidateTag(tag: string, profile: string | { expire?: number }): void;
}

interface RequestInit {
  next?: { tags?: string[]; revalidate?: number | false };
}

declare const process: { env: Record<string, string | undefined> };
