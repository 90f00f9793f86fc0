/**
 * Functions that each major has brought and that a view, default, index or rule may call. pg_dump prints them without a
 * schema, and those of users always with one. Taken from `pg_proc` of 13 to 18; functions that only servers and extensions
 * use are left out.
 */
export const newFunctions: Readonly<Record<number, readonly string[]>> = {
  14: names('bit_count bit_xor date_bin multirange range_agg range_intersect_agg string_to_table trim_array unistr'),
  15: names('has_parameter_privilege pg_settings_get_flags regexp_count regexp_instr regexp_like regexp_substr'),
  16: names(
    `any_value array_sample array_shuffle date_add date_subtract erf erfc json_agg_strict json_object_agg_strict
     json_object_agg_unique json_object_agg_unique_strict jsonb_agg_strict jsonb_object_agg_strict jsonb_object_agg_unique
     jsonb_object_agg_unique_strict pg_input_error_info pg_input_is_valid random_normal`,
  ),
  17: names(
    `icu_unicode_version jsonb_populate_record_valid pg_basetype to_bin to_oct to_regtypemod unicode_assigned
     unicode_version uuid_extract_timestamp uuid_extract_version xmltext`,
  ),
  18: names(
    'array_reverse array_sort casefold crc32 crc32c gamma has_largeobject_privilege lgamma pg_numa_available uuidv4 uuidv7',
  ),
};

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
