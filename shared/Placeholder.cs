namespace CloudPos; internal static class Placeholder;
